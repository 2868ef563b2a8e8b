/**
 * Puts a finished build (`next/` in the directory that is named) in the place of what is served, without a moment in which half of
 * it is there: files with a digest in their names come first, the page that names them last. What the build before needed stays,
 * for tabs that are still open.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [dist] = process.argv.slice(2)
const built = join(dist, 'next')
const assets = join(dist, 'assets')
const list = join(dist, 'assets.json')

const fresh = readdirSync(join(built, 'assets'))
const before = readOr([], list)
mkdirSync(assets, { recursive: true })
for (const name of fresh) renameSync(join(built, 'assets', name), join(assets, name))
const others = readdirSync(built).filter((name) => name !== 'assets' && name !== 'index.html')
for (const name of [...others, 'index.html']) renameSync(join(built, name), join(dist, name))
writeFileSync(list, JSON.stringify(fresh))
for (const name of readdirSync(assets)) if (!fresh.includes(name) && !before.includes(name)) rmSync(join(assets, name))
rmSync(built, { recursive: true })

function readOr(otherwise, path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return otherwise
  }
}
