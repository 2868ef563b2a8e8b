import { statfs } from 'node:fs/promises'
import { stripVTControlCharacters } from 'node:util'
import { CodeForgeError, type ErrorCode } from '@codeforge/contracts/error-code'

const missingRemote = /repository .* not found|does not appear to be a git repository|could not read from remote repository|could not resolve host|not found: did you run|fatal: unable to access|couldn't connect/i

/** Where it cannot write a file, git does not say why. */
const cannotWrite = /unable to (write|create)|failed to write|write error/i
/** Bytes; a disk with less is full. */
const fullBelow = 1_048_576

interface FailedCall {
  readonly args: readonly string[]
  readonly directory?: string
  readonly environment: Readonly<Record<string, string>>
}

/** The error for a git command that failed: disk full and a missing remote have codes of their own. */
export async function gitFailure({ args, directory, environment }: FailedCall, result: { readonly code: number; readonly stderr: string }): Promise<CodeForgeError> {
  const said = maskAddress(stripVTControlCharacters(result.stderr)).trim().slice(0, 2000)
  const command = args.find((word) => !word.startsWith('-')) ?? 'git'
  const hint = /could not read (username|password)|terminal prompts disabled/i.test(said) ? '\nIt wants credentials. GIT_TOKEN is given only to the hosts in git.tokenHosts.' : ''
  if (cannotWrite.test(said) && await isFull(directory ?? environment['GIT_DIR'])) return new CodeForgeError('disk-full', `git ${command} failed (${result.code}): ${said}\nThere is no space left on device.`)
  return new CodeForgeError(codeOf(said), `git ${command} failed (${result.code}): ${said || 'it said nothing'}${hint}`)
}

async function isFull(place: string | undefined): Promise<boolean> {
  const space = place === undefined ? null : await statfs(place).catch(() => null)
  return space !== null && space.bavail * space.bsize < fullBelow
}

function codeOf(said: string): ErrorCode {
  if (/no space left on device|disk quota exceeded/i.test(said)) return 'disk-full'
  if (missingRemote.test(said)) return 'repository-not-found'
  return 'git-failed'
}

/** Hides user and password of every address in a text. */
export function maskAddress(text: string): string {
  return text.replaceAll(/([a-z][a-z+.-]*:\/\/)[^\s/@]+@/gi, '$1***@')
}

/** Turns an error of the file system into one with a code; errors that have one stay. */
export function fileFailure(error: unknown, doing: string): CodeForgeError {
  if (error instanceof CodeForgeError) return error
  const { code, message } = error as NodeJS.ErrnoException
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return new CodeForgeError(full ? 'disk-full' : 'workspace-failed', `${doing}: ${message}`, { cause: error })
}
