import { PortRegistry } from './registry.ts'

export type LogFields = Readonly<Record<string, unknown>>

/** Structured, asynchronous; secrets never appear in it. Messages are constant, what varies is in the fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A log that adds these fields to each line. */
  with(fields: LogFields): Log
  flush(): Promise<void>
}
export const logs = new PortRegistry<Log>('log')
