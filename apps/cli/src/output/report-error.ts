import { CommanderError } from 'commander'
import { CodeForgeError, errorCatalogue } from '@codeforge/contracts/error-code'
import type { ErrorCode } from '@codeforge/contracts/error-code'
import { exitCodes } from '@codeforge/contracts/run-status'
import { exitCodeOf } from './exit-code.ts'
import { printable } from './printable.ts'
import type { Terminal } from './terminal.ts'

/** Codes whose help is written for clients of the API; at the terminal the message says it all. */
const saysItself: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['invalid-input', 'conflict', 'unavailable', 'cancelled', 'mode-not-found', 'policy-not-found'])

/** What the system says of a file that the user named. */
const fileTroubles: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'])

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
  terminal.note(`${terminal.err.red('codeforge:')} ${printable(known.message)}`)
  if (!saysItself.has(known.code)) terminal.note(terminal.err.dim(printable(help)))
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
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, message: String(error) }
  if (code === 'ENOSPC' || code === 'EDQUOT') return new CodeForgeError('disk-full', message, { cause: error })
  if (code !== undefined && fileTroubles.has(code)) return new CodeForgeError('invalid-input', message, { cause: error })
  return new CodeForgeError('internal', message, { cause: error })
}

/** The exit code that was set, as a number. */
export function endCode(code: string | number | null | undefined): number {
  return typeof code === 'number' ? code : 0
}
