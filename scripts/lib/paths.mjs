import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the checkout, links resolved. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Everything the bootstrap creates lies here; deleting it is always safe. */
export const runtime = join(root, '.runtime')
