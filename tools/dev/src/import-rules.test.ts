import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { plants, surroundings } from './import-rules.plants.ts'

const root = resolve(import.meta.dirname, '../../..')
const rules = join(root, '.dependency-cruiser.cjs')

interface Cruise {
  summary: { violations: { from: string; rule: { name: string } }[] }
}

let scratch: string
let caught: Map<string, string[]>

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'codeforge-import-rules-'))
  await plantEverything(scratch)
  caught = await cruise(scratch)
})

after(() => rm(scratch, { recursive: true, force: true }))

for (const { rule, file, imports } of plants) {
  test(`${rule} catches ${file} importing ${imports}`, () => {
    assert.ok(caught.get(file)?.includes(rule), `caught were: ${caught.get(file)?.join(', ') ?? 'none'}`)
  })
}

test('what is allowed is not caught', () => {
  const planted = new Set(plants.map(({ file }) => file))
  assert.deepEqual(
    [...caught.keys()].filter((file) => !planted.has(file)),
    [],
  )
})

test('every rule has a plant', () => {
  const { forbidden } = createRequire(import.meta.url)(rules) as { forbidden: { name: string }[] }
  const planted = new Set(plants.map(({ rule }) => rule))
  assert.deepEqual(
    [...new Set(forbidden.map(({ name }) => name))].filter((name) => !planted.has(name)),
    [],
  )
})

/** A workspace in miniature: the files around, and one file for each forbidden import. */
async function plantEverything(folder: string): Promise<void> {
  for (const [path, text] of Object.entries(surroundings)) await write(folder, path, text)
  for (const { file, imports, as } of plants) await write(folder, file, as?.replace('*', imports) ?? `import '${imports}'\n`)
  await mkdir(join(folder, 'node_modules/@codeforge'), { recursive: true })
  const packages = Object.keys(surroundings).filter((path) => /^(apps|packages|tools)\/[^/]+\/package\.json$/.test(path))
  for (const path of packages) {
    const name = dirname(path)
    await symlink(`../../${name}`, join(folder, 'node_modules/@codeforge', name.replace(/^[^/]+\//, '')))
  }
}

async function write(folder: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

async function cruise(folder: string): Promise<Map<string, string[]>> {
  const program = join(root, 'tools/dev/node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const args = [program, '--config', rules, '--output-type', 'json', 'apps', 'packages', 'tools']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 64 * 2 ** 20 })
  const byFile = new Map<string, string[]>()
  for (const { from, rule } of (JSON.parse(stdout) as Cruise).summary.violations) {
    byFile.set(from, [...(byFile.get(from) ?? []), rule.name])
  }
  return byFile
}
