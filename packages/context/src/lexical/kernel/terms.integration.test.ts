import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)

it('the compiled kernel is what its source compiles to', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kernel-'))
  try {
    const made = join(directory, 'terms.wasm')
    await run(process.execPath, [join(import.meta.dirname, '../../../../../tools/dev/src/compile-kernel.mjs'), made])
    assert.ok(
      (await readFile(made)).equals(await readFile(join(import.meta.dirname, 'terms.wasm'))),
      'run `node tools/dev/src/compile-kernel.mjs` and commit terms.wasm',
    )
  } finally {
    await rm(directory, { recursive: true })
  }
})
