import type { Command } from 'commander'
import type { ConnectOptions } from './api/connect.ts'

/** Options that every command knows: where the data and the configuration are. */
export function globalsOf(command: Command): ConnectOptions {
  const { data, config } = command.optsWithGlobals<{ data?: string, config?: string }>()
  return { ...(data !== undefined && { data }), ...(config !== undefined && { config }) }
}
