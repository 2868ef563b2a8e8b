import { Redactor } from '@codeforge/contracts/secret'
import type { Log, LogFields } from '../log.ts'
import { safeFields } from '../log-fields.ts'
import type { LogLine } from './log.ts'

export interface MemoryLog extends Log, AsyncDisposable {
  readonly lines: readonly LogLine[]
}

/** A Log that keeps its lines for a test to look at. */
export function memoryLog(redactor: Redactor = new Redactor()): MemoryLog {
  const lines: LogLine[] = []
  return { ...logInto(lines, redactor, {}), lines, [Symbol.asyncDispose]: async () => {} }
}

function logInto(lines: LogLine[], redactor: Redactor, bound: LogFields): Log {
  const write = (level: string) => (message: string, fields: LogFields = {}) => {
    const line = { level, time: new Date().toISOString(), ...bound, ...safeFields(fields), message }
    lines.push(JSON.parse(redactor.redact(JSON.stringify(line))) as LogLine)
  }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (fields) => logInto(lines, redactor, { ...bound, ...safeFields(fields) }),
    flush: async () => {},
  }
}
