import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { errorCatalogue } from '@codeforge/contracts/error-code'
import { shipped } from './shipped.ts'

test('docs/errors.md and the catalogue say the same', async () => {
  const text = await readFile(join(shipped.root, 'docs', 'errors.md'), 'utf8')
  const rows = text.split('\n').filter((line) => line.startsWith('| `'))
  const expected = Object.entries(errorCatalogue).map(([code, { status, retryable, help }]) =>
    `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${help} |`)
  assert.deepEqual(rows, expected)
})
