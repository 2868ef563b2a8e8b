import { PortRegistry } from './registry.ts'

export interface Ids {
  /** A new UUIDv7. The caller parses it into the branded id it wants. */
  next(): string
}
export const idSources = new PortRegistry<Ids>('ids')
