import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openFiles } from './files.ts'
import { PathRefused } from './relative-path.ts'

const seconds = 1

/** Swaps a folder and a file for links that lead out, and back, for a second; prints how often. */
const swapper = `
import { renameSync, rmSync, symlinkSync } from 'node:fs'
const [inside, outside] = process.argv.slice(1)
const step = (work) => { try { work() } catch {} } // the other side may have made something of that name
const swap = (name) => {
  step(() => renameSync(inside + '/' + name, inside + '/' + name + '.own'))
  step(() => symlinkSync(outside + '/' + name, inside + '/' + name))
  step(() => rmSync(inside + '/' + name, { recursive: true, force: true }))
  step(() => renameSync(inside + '/' + name + '.own', inside + '/' + name))
}
let count = 0
for (const until = Date.now() + ${seconds * 1000}; Date.now() < until; count++) { swap('folder'); swap('file.txt') }
console.log(count)
`

async function fill(root: string, text: string): Promise<void> {
  await mkdir(join(root, 'folder'), { recursive: true })
  for (const name of ['file.txt', 'folder/file.txt', `folder/only-${text}.txt`]) await writeFile(join(root, name), text)
}

async function contentOf(root: string): Promise<Record<string, string>> {
  const names = ['file.txt', ...(await readdir(join(root, 'folder'))).map((name) => `folder/${name}`)]
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(root, name), 'utf8')] as const)))
}

test('nothing is read, listed, written or removed outside while folders and files are swapped for links', { skip: process.platform !== 'linux' && 'only Linux can hold a folder' }, async () => {
  const base = await mkdtemp(join(tmpdir(), 'codeforge-swap-'))
  const [inside, outside] = [join(base, 'inside'), join(base, 'outside')]
  await fill(inside, 'inside')
  await fill(outside, 'outside')
  const before = await contentOf(outside)
  const files = await openFiles(inside)
  const child = spawn(process.execPath, ['--input-type=module', '-e', swapper, '--', inside, outside], { stdio: ['ignore', 'pipe', 'inherit'] })
  const swaps = once(child.stdout, 'data').then(([data]) => Number(String(data)))
  const ended = once(child, 'exit')
  const seen = new Set<string>()
  const outcomes = { done: 0, refused: 0 }
  const attempt = async (work: () => Promise<unknown>) => {
    await work().then(() => (outcomes.done += 1), (error: unknown) => {
      if (!(error instanceof PathRefused)) throw error
      outcomes.refused += 1
    })
  }
  while (child.exitCode === null) {
    for (const path of ['folder/file.txt', 'file.txt']) await attempt(async () => seen.add(await files.readText(path)))
    await attempt(async () => (await files.list('folder')).forEach(({ name }) => seen.add(name)))
    await attempt(() => files.write('folder/new.txt', 'new'))
    await attempt(() => files.remove('folder/new.txt'))
    await attempt(() => files.write('file.txt', 'inside'))
    await attempt(() => files.remove('folder/only-outside.txt'))
  }
  await ended
  assert.deepEqual([[...seen].filter((text) => text.includes('outside')), await contentOf(outside)], [[], before])
  assert.ok((await swaps) > 20 && outcomes.done > 20 && outcomes.refused > 0, JSON.stringify({ swaps: await swaps, outcomes }))
  await rm(base, { recursive: true })
})
