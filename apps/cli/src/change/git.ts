import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const outputLimit = 64 * 1024 * 1024

/** git as the user has it, but for programs that it would start on its own. */
export function git(repository: string, args: readonly string[]) {
  const quiet = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false']
  return execute('git', ['-C', repository, ...quiet, ...args], { env: { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' }, maxBuffer: outputLimit })
}
