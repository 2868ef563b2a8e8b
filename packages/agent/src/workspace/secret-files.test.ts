import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { shippedProfile } from '../testing/corpus.ts'
import { openFiles } from './files.ts'
import { secretFiles } from './secret-files.ts'

const profile = shippedProfile('headless-safe-sandbox')

async function found(paths: readonly string[], ignoreFiles: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const root = mkdtempSync(join(tmpdir(), 'codeforge-secrets-'))
  try {
    for (const [path, text] of [...paths.map((path) => [path, 'x'] as const), ...Object.entries(ignoreFiles)]) {
      mkdirSync(join(root, dirname(path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return [...await secretFiles(await openFiles(root), profile)].sort()
  } finally {
    rmSync(root, { recursive: true })
  }
}

test('ignored files of blocked names are secrets, in folders near the top too; examples and what git tracks are not', async () => {
  const paths = ['.env', '.env.local', '.env.example', 'a.log', 'apps/web/.env', 'certs/server.key', 'test/fixture.pem', 'src/a.ts']
  assert.deepEqual(await found(paths, { '.gitignore': '.env*\n*.key\n*.log\n!.env.example\n' }), ['.env', '.env.local', 'apps/web/.env', 'certs/server.key'])
})

test('an ignore file counts for its own folder, and ignored folders are left alone', async () => {
  const paths = ['.env', 'app/.env', '.venv/lib/cacert.pem', 'node_modules/a/.npmrc', 'a/b/c/.env', 'a/b/.env']
  assert.deepEqual(await found(paths, { '.gitignore': '.venv\n', 'app/.gitignore': '.env\n', 'a/.gitignore': '.env\n' }), ['a/b/.env', 'app/.env'])
})

test('names in other letter case are the same names', async () => {
  assert.deepEqual(await found(['.ENV', 'ID_RSA'], { '.gitignore': '.ENV\nID_RSA\n' }), ['.ENV', 'ID_RSA'])
})
