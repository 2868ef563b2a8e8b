import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

const reporter = resolve(import.meta.dirname, '../../../scripts/lib/test-reporter.mjs')
const ending = resolve(import.meta.dirname, '../../../scripts/lib/end-with-tests.mjs')

test('counts each test once, leaves out suites, and counts what is skipped or still to do as skipped', () => {
  const text = `
    describe('suite', () => { it('passes', () => {}); it('fails', () => { throw new Error('oops') }) })
    test('skipped', { skip: true }, () => {})
    test.todo('to do')`
  assert.deepEqual(countsOf(text), { passed: 1, failed: 1, skipped: 2 })
})

test('counts a file that crashes as one failure', () => {
  assert.deepEqual(countsOf("throw new Error('before any test')"), { passed: 0, failed: 1, skipped: 0 })
})

test('counts a file without a test as one failure', () => {
  assert.deepEqual(countsOf("console.log('nothing to test')"), { passed: 0, failed: 1, skipped: 0 })
})

test('counts a file that ends its process before its tests as one failure', () => {
  assert.deepEqual(countsOf("test('leaves', () => process.exit(0))"), { passed: 0, failed: 1, skipped: 0 })
})

test('ends a file that leaves something open when its tests are over, and counts it as failed', () => {
  const text = "test('leaves a server', async () => { (await import('node:net')).createServer().listen(0) })"
  assert.deepEqual(countsOf(text), { passed: 1, failed: 1, skipped: 0 })
})

test('ends a file whose test timed out, which fails once', () => {
  const text = "test('waits for ever', async () => { (await import('node:net')).createServer().listen(0); await new Promise(() => {}) })"
  assert.deepEqual(countsOf(text), { passed: 0, failed: 1, skipped: 0 })
})

/** What the reporter counts for a run of one test file with this text. */
function countsOf(text: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'codeforge-reporter-'))
  try {
    const counts = join(folder, 'counts.json')
    writeFileSync(join(folder, 'planted.test.ts'), `import { describe, it, test } from 'node:test'\n${text}\n`)
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env
    spawnSync(process.execPath, [`--import=${ending}`, '--test', '--test-timeout=1000', `--test-reporter=${reporter}`, 'planted.test.ts'], {
      cwd: folder,
      env: { ...environment, CODEFORGE_TEST_COUNTS: counts, CODEFORGE_TEST_PATIENCE_MS: '300' },
    })
    return (JSON.parse(readFileSync(counts, 'utf8')) as { counts: unknown }).counts
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
