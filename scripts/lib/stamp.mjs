import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, runtime } from './paths.mjs'

const pathOf = (name) => join(runtime, 'stamps', name)

/** What was written under this name when its work was last finished; empty when it never was. */
export function readStamp(name) {
  try {
    return readFileSync(pathOf(name), 'utf8')
  } catch {
    return ''
  }
}

/** Records that the work called `name` is finished for the state `value`. */
export function writeStamp(name, value) {
  mkdirSync(dirname(pathOf(name)), { recursive: true })
  writeFileSync(pathOf(name), value)
}

/** A digest of the names and contents of files, given relative to the checkout; a directory stands for all that is in it. */
export function digestOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesUnder).sort()) hash.update(path).update('\0').update(readFileSync(join(root, path))).update('\0')
  return hash.digest('hex')
}

const notSource = new Set(['node_modules', 'dist', '.vite', 'coverage'])

function filesUnder(path) {
  const absolute = join(root, path)
  if (!existsSync(absolute)) return []
  try {
    return readdirSync(absolute, { withFileTypes: true })
      .filter((entry) => !notSource.has(entry.name))
      .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)]))
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path]
    throw error
  }
}
