import { readFileSync } from 'node:fs'
import { gone } from './marked.ts'
import { descendants, isAlive, readProcess, sendSignal } from '../../processes/process-table.ts'
import type { ProcessEntry } from '../../processes/process-table.ts'
import type { ProcessTree } from './tree.ts'

/**
 * A command whose shell is the first process of a PID namespace: whatever leaves its parent becomes a child of that shell,
 * and the kernel kills all when it ends. `root` is the launcher outside, which ends after the namespace did.
 */
export function namespaceTree(root: number): ProcessTree {
  let first: ProcessEntry | undefined
  const findFirst = (): ProcessEntry | undefined => {
    first ??= descendants(root).find((entry) => isFirst(entry.pid))
    return first !== undefined && readProcess(first.pid)?.started === first.started ? first : undefined
  }
  const inside = (): readonly ProcessEntry[] => {
    const init = findFirst()
    return init === undefined ? [] : descendants(init.pid)
  }
  return {
    observe: inside,
    terminate() {
      for (const entry of inside()) sendSignal(entry.pid, 'SIGTERM')
    },
    async clear() {
      // Before all that takes longer the more processes there are: this ends every one, and nothing can be forked after it.
      const init = findFirst()
      if (init !== undefined) {
        sendSignal(init.pid, 'SIGKILL')
        await gone([init.pid])
      }
      const all = descendants(root).map((entry) => entry.pid)
      // Where the launcher had not come as far as a namespace, or does not notice.
      for (const pid of [...all].reverse()) sendSignal(pid, 'SIGKILL')
      if (isAlive(readProcess(root)) && init === undefined) sendSignal(root, 'SIGKILL')
      await gone(all)
    },
  }
}

/** True for the first process of the innermost of several PID namespaces. */
function isFirst(pid: number): boolean {
  try {
    const numbers = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'latin1'))?.[1]?.trim().split(/\s+/) ?? []
    return numbers.length > 1 && numbers.at(-1) === '1'
  } catch {
    return false
  }
}
