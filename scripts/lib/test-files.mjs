import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

/**
 * The classes of test files, told apart by suffix; a class says what its tests need and how long one file may take. The time ends what
 * hangs, and is no measure of speed: it is at least three times what the longest file of a class takes.
 */
export const testClasses = [
  { name: 'unit', suffix: '.test.ts', timeoutSeconds: 60 },
  { name: 'integration', suffix: '.integration.test.ts', timeoutSeconds: 180 },
  { name: 'e2e', suffix: '.e2e.test.ts', timeoutSeconds: 600, concurrency: 1 },
]

const skipped = new Set(['node_modules', 'dist', '__fixtures__', 'coverage'])

/** The test files of the checkout, as paths relative to it, sorted. */
export function findTestFiles() {
  return ['apps', 'packages', 'tools', 'bench'].flatMap(testFilesUnder).sort()
}

function testFilesUnder(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : testFilesUnder(path)
    return entry.name.endsWith('.test.ts') ? [path] : []
  })
}

/** The class of a test file: the one with the longest suffix that fits. */
export function classOf(path) {
  return testClasses.filter(({ suffix }) => path.endsWith(suffix)).at(-1)
}
