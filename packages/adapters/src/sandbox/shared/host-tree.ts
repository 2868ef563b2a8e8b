import { readFileSync } from 'node:fs'
import { findMarked, killFound } from './marked.ts'
import { descendants, isAlive, processNumbers, readProcess, sendSignal } from '../../processes/process-table.ts'
import type { ProcessEntry } from '../../processes/process-table.ts'
import type { ProcessTree } from './tree.ts'

/**
 * A command without a PID namespace. Its processes are those that descend from it, those once seen to descend from it,
 * those of its session, and those that carry its token in their environment. What left its parent and session and
 * cleared its environment between two looks is not found.
 */
export function hostTree(root: number, token: string): ProcessTree {
  const known = new Map<number, string>()
  const look = (): readonly ProcessEntry[] => {
    const found = new Map<number, ProcessEntry>()
    const roots = [root, ...[...known].filter(([pid, started]) => readProcess(pid)?.started === started).map(([pid]) => pid)]
    for (const pid of roots) {
      const entry = readProcess(pid)
      if (isAlive(entry)) found.set(pid, entry)
      for (const child of descendants(pid)) found.set(child.pid, child)
    }
    for (const entry of found.values()) known.set(entry.pid, entry.started)
    return [...found.values()]
  }
  const find = (): readonly number[] => {
    const candidates = bornSince(root)
    const marked = findMarked(candidates, (each) => each.command === token)
    const session = candidates.filter((pid) => readProcess(pid)?.session === root && isAlive(readProcess(pid)))
    const lost = [...marked, ...session]
    return [...new Set([...look().map((entry) => entry.pid), ...lost, ...lost.flatMap((pid) => descendants(pid).map((entry) => entry.pid))])]
  }
  return {
    observe: look,
    terminate() {
      for (const pid of find()) sendSignal(pid, 'SIGTERM')
    },
    async clear() {
      // One call ends the whole group, forks in progress included; going through a list loses the race against a fork bomb.
      if (groupIs(root)) sendSignal(-root, 'SIGKILL')
      await killFound(find)
    },
  }
}

/** True where a process of the command's session still lives, so that its number cannot have gone to another. */
const groupIs = (group: number): boolean => readProcess(group)?.session === group || bornSince(group).some((pid) => readProcess(pid)?.session === group)

/** Processes whose numbers were given out after `first`: a fraction of all, so that looking at each stays cheap. */
function bornSince(first: number): readonly number[] {
  const all = processNumbers()
  try {
    const last = Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1))
    return all.filter((pid) => (last >= first ? pid >= first && pid <= last : pid >= first || pid <= last))
  } catch {
    return all
  }
}
