import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

const directory = fileURLToPath(new URL('../../../.runtime/compiled', import.meta.url))

/**
 * Has Node keep what it compiled, types stripped, beside the other things that belong to this checkout: a start has a thousand files to read.
 * An entry counts for the very text of its file. Where nothing can be written, each start compiles.
 */
export function keepCompiledCode(): void {
  enableCompileCache(directory)
}
