import type { Maintenance } from '@codeforge/core/ports'
import type { Store } from '@codeforge/ports/store/store'
import { backUp } from './backup.ts'
import type { Installation } from './installation.ts'
import { collectGarbage, sizeOf } from './retention.ts'
import type { RetentionPorts } from './retention.ts'

/** Walking a large directory takes time, and a quota needs no better than this. */
const staleMs = 60_000

/** Upkeep of one installation. */
export function maintenanceOf({ config, directory }: Installation, ports: RetentionPorts & { readonly store: Store }): Maintenance {
  const { clock, store } = ports
  let measured: { readonly at: number; readonly bytes: Promise<number> } | null = null
  return {
    backUp: async (signal) => backUp(store, directory, 'on-demand', config.storage.keepBackups, clock.now(), signal),
    collect: async (signal) => collectGarbage(ports, config.storage, signal),
    async dataBytes() {
      const at = clock.monotonic()
      if (measured === null || at - measured.at > staleMs) measured = { at, bytes: sizeOf(directory.root) }
      return measured.bytes
    },
  }
}
