import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openFiles } from '../workspace/files.ts'
import { globFiles } from './glob-files.ts'
import { listFiles } from './list-files.ts'
import type { ToolArguments, ToolContext } from './tool.ts'

const signal = new AbortController().signal

async function aWorkspace() {
  const root = await mkdtemp(join(tmpdir(), 'codeforge-list-'))
  await mkdir(join(root, 'src/inner'), { recursive: true })
  for (const path of ['a.txt', 'src/b.txt', 'src/inner/c.txt']) await writeFile(join(root, path), 'x')
  const context = { files: await openFiles(root) } as unknown as ToolContext // the two tools ask for nothing else
  return {
    root,
    say: async (tool: typeof listFiles, args: ToolArguments) => (await tool.run(args, context, signal)).observation,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  }
}

test('lists as many levels as were asked for, and names the folders below', async () => {
  await using workspace = await aWorkspace()
  const lists = await Promise.all([{}, { depth: 2 }, { path: 'src' }, { depth: 9 }].map((args) => workspace.say(listFiles, args)))
  assert.deepEqual(lists, ['a.txt\nsrc/', 'a.txt\nsrc/b.txt\nsrc/inner/', 'src/b.txt\nsrc/inner/', 'a.txt\nsrc/b.txt\nsrc/inner/c.txt'])
})

test('folders that are nested without end cost no more than those that are looked into', { timeout: 20_000 }, async () => {
  await using workspace = await aWorkspace()
  await mkdir(join(workspace.root, 'd/'.repeat(1900)), { recursive: true })
  assert.deepEqual([await workspace.say(listFiles, { depth: 1 }), await workspace.say(globFiles, { pattern: '*.txt' })], ['a.txt\nd/\nsrc/', 'a.txt\nsrc/b.txt\nsrc/inner/c.txt'])
})
