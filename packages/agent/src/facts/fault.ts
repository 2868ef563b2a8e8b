import { CodeForgeError } from '@codeforge/contracts/error-code'

/** Whether core is there and fails at what it was told, in place of being away or short of something. */
export function isFault(error: unknown): boolean {
  return !(error instanceof CodeForgeError) || error.code === 'internal' || error.code === 'invalid-input'
}
