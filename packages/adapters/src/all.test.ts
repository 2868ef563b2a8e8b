import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'

const source = import.meta.dirname

/** An adapter is a file `<port>/<adapter>.ts`; what it is made of lies in folders below. */
async function adapterFiles(): Promise<readonly string[]> {
  const files = await Array.fromAsync(glob('*/*.ts', { cwd: source }))
  // `processes` is how any of them starts one, `http` how any of them reaches an OpenAI-compatible endpoint.
  return files.filter((file) => !file.endsWith('.test.ts') && !/^(processes|http)\//.test(file)).sort()
}

async function textOf(file: string): Promise<string> {
  return readFile(join(source, file), 'utf8')
}

test('every adapter is listed, and nothing else', async () => {
  const listed = [...(await textOf('all.ts')).matchAll(/^import '\.\/(.+)'$/gm)].map(([, file]) => file)
  assert.deepEqual(listed, await adapterFiles())
})

test('every file of a port registers an adapter', async () => {
  for (const file of await adapterFiles()) assert.match(await textOf(file), /\.register\(\{/, `${file} registers nothing; parts of an adapter belong in a folder below`)
})

test('every adapter has a contract test', async () => {
  for (const file of await adapterFiles()) {
    const tests = await Array.fromAsync(glob(`${dirname(file)}/**/*.test.ts`, { cwd: source }))
    const texts = await Promise.all(tests.map(textOf))
    const proved = texts.some((text) => text.includes(`/${basename(file)}'`) && /describe\w+Contract\(/.test(text))
    assert.ok(proved, `no test calls a contract suite with ${file}`)
  }
})
