import { Redactor } from '@codeforge/contracts/secret'
import { type Log, type LogFields, logs } from '@codeforge/ports/log'
import { safeFields } from '@codeforge/ports/log-fields'
import type { Logger } from 'pino'
import { rotating, rotation } from './pino/rotate.ts'
import { z } from 'zod'

const PinoOptions = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** A file that is appended to; without it standard error. */
  file: z.string().min(1).optional(),
  /** Bytes after which the file is moved aside and a new one begun. */
  rotateBytes: z.int().min(1).default(rotation.bytes),
  /** Knows the secrets by value; the host adds to it whatever it reads. */
  redactor: z.instanceof(Redactor).default(() => new Redactor()),
})

/** Bytes that may wait for a slow or full disk; lines beyond are dropped. */
const mostWaiting = 16 * 1024 * 1024

/** Structured lines, one JSON object each, written in the background. */
export const pinoLog = logs.register({
  name: 'pino',
  config: PinoOptions,
  async open({ level, file, rotateBytes, redactor }): Promise<Log & AsyncDisposable> {
    const { destination: openDestination, pino, stdTimeFunctions } = await import('pino')
    // With a minLength of 0 its flush would not wait for what is being written.
    const destination = openDestination({ dest: file ?? 2, sync: false, mkdir: true, minLength: 1, maxLength: mostWaiting })
    destination.on('error', () => {}) // a full disk or a closed pipe must not end the process that logs
    const count = file === undefined ? () => undefined : rotating(file, () => destination.reopen(), { ...rotation, bytes: rotateBytes })
    let open = true
    const flush = (): Promise<void> => (open ? new Promise((resolve) => destination.flush(() => resolve())) : Promise.resolve())
    const logger = pino(
      { level, base: null, messageKey: 'message', timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
      {
        write(line: string) {
          if (!open) return
          const text = redactor.redact(line)
          destination.write(text)
          count(text)
        },
      },
    )
    return {
      ...logOf(logger, flush),
      async [Symbol.asyncDispose]() {
        await flush()
        if (open && file !== undefined) destination.destroy()
        open = false
      },
    }
  },
})

function logOf(logger: Logger, flush: () => Promise<void>): Log {
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: LogFields) => {
    if (!logger.isLevelEnabled(level)) return
    logger[level](fields ? safeFields(fields) : {}, message)
  }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (fields) => logOf(logger.child(safeFields(fields)), flush),
    flush,
  }
}
