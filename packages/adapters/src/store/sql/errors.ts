import { CodeForgeError, type ErrorCode } from '@codeforge/contracts/error-code'

/** SQLSTATE codes and classes that a user or caller can act on; the rest is a fault of ours and stays as it is. */
const codes: Readonly<Record<string, ErrorCode>> = {
  '23505': 'conflict',
  '23503': 'not-found',
  '53100': 'disk-full',
  '53200': 'store-unavailable',
  '53300': 'store-unavailable',
  '55000': 'store-unavailable',
  '57P01': 'store-unavailable',
  '57P02': 'store-unavailable',
  '57P03': 'store-unavailable',
  ENOSPC: 'disk-full',
  ECONNREFUSED: 'store-unavailable',
  ECONNRESET: 'store-unavailable',
  EPIPE: 'store-unavailable',
  ENOENT: 'store-unavailable',
  ENOTFOUND: 'store-unavailable',
  EAI_AGAIN: 'store-unavailable',
  ETIMEDOUT: 'store-unavailable',
  EHOSTUNREACH: 'store-unavailable',
}

/** What the operating system says, where the server gives it no class of its own, such as for a quota. */
const diskFull = /no space left on device|disk quota exceeded/i

/** Messages of the driver that carry no code. */
const connectionLost = /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|connection ended/i

/** The catalogue's error for what the database or its driver threw; what is not in the catalogue comes back unchanged. */
export function storeError(error: unknown): unknown {
  if (error instanceof CodeForgeError || !(error instanceof Error)) return error
  const state = sqlState(error)
  const code = codes[state] ?? codeOfMessage(state, error.message)
  return code === undefined ? error : new CodeForgeError(code, message(code, error), { cause: error })
}

function codeOfMessage(state: string, message: string): ErrorCode | undefined {
  if (diskFull.test(message)) return 'disk-full'
  return state.startsWith('08') || connectionLost.test(message) ? 'store-unavailable' : undefined
}

/** True where another transaction was in the way and the same work may succeed when done again. */
export function canRetry(error: unknown): boolean {
  const state = error instanceof Error ? sqlState(error) : ''
  return state === '40001' || state === '40P01'
}

/** True where a statement was refused only because an earlier one of its transaction had failed. */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && sqlState(error) === '25P02'
}

/** True where a statement found that something does not fit, and says so by dividing by it. */
export function isDivisionByZero(error: unknown): boolean {
  return error instanceof Error && sqlState(error) === '22012'
}

function sqlState(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function message(code: ErrorCode, error: Error): string {
  const constraint = 'constraint' in error && typeof error.constraint === 'string' ? ` (${error.constraint})` : ''
  switch (code) {
    case 'conflict':
      return `It exists already${constraint}.`
    case 'not-found':
      return `What it belongs to does not exist${constraint}.`
    case 'disk-full':
      return 'The database has no space left on its disk.'
    default:
      return `The database does not answer: ${error.message || error.name}`
  }
}
