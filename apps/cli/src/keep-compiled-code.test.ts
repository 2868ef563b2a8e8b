import assert from 'node:assert/strict'
import { getCompileCacheDir } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { keepCompiledCode } from './keep-compiled-code.ts'

test('compiled code is kept beside what else belongs to the checkout, which nobody else may write to', () => {
  keepCompiledCode()
  const root = join(import.meta.dirname, '..', '..', '..')
  assert.ok(getCompileCacheDir()?.startsWith(join(root, '.runtime', 'compiled')), getCompileCacheDir() ?? 'nowhere')
})
