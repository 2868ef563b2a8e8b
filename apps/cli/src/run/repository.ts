import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { GitRefused, gitUntil } from '../change/git.ts'

/** A repository as the user named it: the top level of a working tree here, or an address elsewhere. */
export type Repository = { readonly kind: 'local', readonly path: string } | { readonly kind: 'remote', readonly url: string }

/** Milliseconds in which git says where a repository begins, unless it waits for ever. */
const patienceMs = 20_000

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
    return (await gitUntil(AbortSignal.timeout(patienceMs))(path, ['rev-parse', '--show-toplevel'])).replace(/\n$/, '')
  } catch (error) {
    if (!(error instanceof GitRefused)) throw error
    if (/not a git repository/i.test(error.message)) throw new CodeForgeError('repository-not-found', `${path} lies in no git repository.`, { cause: error })
    throw new CodeForgeError('repository-not-found', `git does not open ${path}: ${error.message}`, { cause: error })
  }
}
