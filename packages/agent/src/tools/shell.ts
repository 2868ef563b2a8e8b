import { numberOf, textOf } from './arguments.ts'
import { headAndTail } from './bounded-text.ts'
import { collectOutput, endingOf } from './collect-output.ts'
import { relativeParts } from '../workspace/relative-path.ts'
import type { Tool } from './tool.ts'

const defaultSeconds = 120
const mostSeconds = 3600

/** Runs a command in the sandbox. Calls share no state: each starts in the workspace, or in the folder it names. */
export const shell: Tool = {
  name: 'shell',
  writes: true,
  async run(args, { files, sandbox, environment, limits, show }, signal) {
    const seconds = Math.min(numberOf(args, 'timeout_seconds', defaultSeconds), limits.commandSeconds ?? mostSeconds)
    const timeoutMs = Math.max(1, seconds) * 1000
    const directory = relativeParts(files.root, textOf(args, 'directory') || '.').join('/') || '.'
    const collected = await collectOutput(sandbox, { command: textOf(args, 'command'), directory, environment, timeoutMs }, show, signal)
    const printed = collected.text.trimEnd()
    const seen = headAndTail(printed)
    const { ended } = collected
    return {
      ok: ended.exitCode === 0,
      observation: `${seen}${seen === '' ? '' : '\n'}(${endingOf(ended, timeoutMs)}, ${(ended.durationMs / 1000).toFixed(1)} s)`,
      exitCode: ended.exitCode,
      ...(seen === printed ? {} : { output: collected.bytes }),
    }
  },
}
