import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { CodeForgeError } from '@codeforge/contracts/error-code'

const execute = promisify(execFile)

/** A repository as the user named it: the top level of a working tree here, or an address elsewhere. */
export type Repository = { readonly kind: 'local', readonly path: string } | { readonly kind: 'remote', readonly url: string }

const address = /^[a-z][a-z0-9+.-]*:\/\/|^[^/\\:\s]+@[^/\\:\s]+:/i

/** Finds the repository of a path or takes the address as it is. `repository-not-found` where the path lies in none, `unavailable` without git. */
export async function findRepository(named: string): Promise<Repository> {
  if (address.test(named)) return { kind: 'remote', url: named }
  const path = resolve(named)
  const found = await stat(path).catch(() => null)
  if (!found) throw new CodeForgeError('repository-not-found', `There is no ${path}.`)
  if (!found.isDirectory()) throw new CodeForgeError('repository-not-found', `${path} is no directory.`)
  return { kind: 'local', path: await topLevel(path) }
}

async function topLevel(path: string): Promise<string> {
  try {
    const { stdout } = await execute('git', ['-C', path, 'rev-parse', '--show-toplevel'], { env: { ...process.env, LC_ALL: 'C' } })
    return stdout.replace(/\n$/, '')
  } catch (error) {
    const { code, stderr = '' } = error as NodeJS.ErrnoException & { stderr?: string }
    if (code === 'ENOENT') throw new CodeForgeError('unavailable', 'git was not found. Install git 2.30 or newer.', { cause: error })
    if (/not a git repository/i.test(stderr)) throw new CodeForgeError('repository-not-found', `${path} lies in no git repository.`, { cause: error })
    throw new CodeForgeError('repository-not-found', `git does not open ${path}: ${stderr.trim().split('\n')[0] ?? ''}`, { cause: error })
  }
}
