import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fail, ok } from './check.ts'
import type { Finding } from './check.ts'

/** The oldest Node that runs TypeScript as it is. */
const oldestNode = 24
/** The oldest git whose `worktree` and `apply` do what we ask. */
const oldestGit = [2, 30] as const

export function checkNode(version: string): Finding {
  const major = Number(version.split('.')[0])
  return major >= oldestNode ? ok('node', version) : fail('node', `${version} is too old`, `Use Node ${oldestNode} or newer; bin/codeforge.js brings one up by itself.`)
}

export async function checkGit(): Promise<Finding> {
  const said = await promisify(execFile)('git', ['--version']).then(({ stdout }) => stdout, () => null)
  return judgeGit(said)
}

/** Judges what `git --version` said; null: there is no git. */
export function judgeGit(said: string | null): Finding {
  const install = `Install git ${oldestGit.join('.')} or newer, for example with apt-get install git.`
  if (said === null) return fail('git', 'was not found', install)
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(said) ?? []
  const old = Number(major) < oldestGit[0] || (Number(major) === oldestGit[0] && Number(minor) < oldestGit[1])
  return old ? fail('git', `${said.trim()} is too old`, install) : ok('git', said.trim().replace(/^git version /, ''))
}
