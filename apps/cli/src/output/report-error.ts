import { CommanderError } from 'commander'
import { adviceOf, CodeForgeError, errorCatalogue } from '@codeforge/contracts/error-code'
import type { ErrorCode } from '@codeforge/contracts/error-code'
import { exitCodes } from '@codeforge/contracts/run-status'
import { exitCodeOf } from './exit-code.ts'
import { printable } from './printable.ts'
import type { Terminal } from './terminal.ts'
import { asTyped } from './command-name.ts'

/** What is wrong with a file that the user named, by what the system says of it. */
const fileTroubles: Readonly<Record<string, (path: string) => string>> = {
  EACCES: (path) => `${path} may not be used by this user.`,
  EPERM: (path) => `${path} may not be used by this user.`,
  EROFS: (path) => `${path} lies on a file system that cannot be written.`,
  ENOENT: (path) => `There is no ${path}.`,
  ENOTDIR: (path) => `A part of ${path} is a file, not a folder.`,
  EISDIR: (path) => `${path} is a folder, not a file.`,
  ENAMETOOLONG: (path) => `The name ${path.slice(0, 60)}… is too long.`,
  ELOOP: (path) => `${path} is a link that leads to itself.`,
}

/** What to do at the terminal where the catalogue speaks to clients of the API. */
const adviceHere: Readonly<Partial<Record<ErrorCode, string>>> = {
  unauthorized: 'CODEFORGE_TOKEN must be what the file `token` in the data directory of that server holds.',
}

/** A command that ends with a code and has said what there is to say. */
export class CommandEnded extends Error {
  readonly code: number

  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

/** Says what went wrong and what to do, on standard error; with `json` also as one object on standard output. Returns the exit code. */
export function reportError(terminal: Terminal, error: unknown, json: boolean): number {
  if (error instanceof CommandEnded) return error.code
  if (error instanceof CommanderError) return afterCommander(terminal, error, json)
  const known = asCodeForgeError(error)
  const { help } = errorCatalogue[known.code]
  const advice = adviceHere[known.code] ?? adviceOf(known.code)
  terminal.note(`${terminal.err.red('codeforge:')} ${printable(asTyped(known.message))}`)
  if (advice !== null) terminal.note(terminal.err.dim(printable(asTyped(advice))))
  if (known.code === 'internal' && process.env['CODEFORGE_LOG_LEVEL'] === 'debug' && error instanceof Error) terminal.note(error.stack)
  const exitCode = exitCodeOf(known.code)
  if (json) terminal.print(JSON.stringify({ error: { code: known.code, message: known.message, help, details: known.details }, exitCode }))
  return exitCode
}

/** Commander has said it on standard error already. Asking for help is no error. */
function afterCommander(terminal: Terminal, { exitCode, message }: CommanderError, json: boolean): number {
  if (exitCode === 0) return 0
  const error = { code: 'invalid-input', message: message.replace(/^error: /, ''), help: '`codeforge --help` lists commands and options.', details: {} }
  if (json) terminal.print(JSON.stringify({ error, exitCode: exitCodes.usage }))
  return exitCodes.usage
}

function asCodeForgeError(error: unknown): CodeForgeError {
  if (error instanceof CodeForgeError) return error
  const { code, message, path } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, message: String(error), path: undefined }
  if (code === 'ENOSPC' || code === 'EDQUOT') return new CodeForgeError('disk-full', message, { cause: error })
  const trouble = fileTroubles[code ?? '']
  if (trouble) return new CodeForgeError('invalid-input', path === undefined ? message : trouble(path), { cause: error })
  return new CodeForgeError('internal', message, { cause: error })
}

/** The exit code that was set, as a number. */
export function endCode(code: string | number | null | undefined): number {
  return typeof code === 'number' ? code : 0
}
