import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openFiles } from '../workspace/files.ts'
import { watchChanges } from './watch-changes.ts'

const never = new AbortController().signal

async function aScene() {
  const directory = await mkdtemp(join(tmpdir(), 'codeforge-watch-'))
  await mkdir(join(directory, 'src'))
  await writeFile(join(directory, 'src', 'old.txt'), 'old')
  await symlink('src', join(directory, 'link'))
  const sandbox = { async *exec() { yield* [] } }
  const reach = watchChanges({ files: await openFiles(directory), sandbox })
  return { ...reach, directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

test('a tool that only reads touches nothing', async () => {
  await using scene = await aScene()
  await scene.files.readText('src/old.txt')
  assert.deepEqual(scene.touched(), [])
})

test('what is written and removed is named as it is after all links', async () => {
  await using scene = await aScene()
  await scene.files.write('link/new.txt', 'new')
  await scene.files.remove('link/old.txt')
  assert.deepEqual([scene.touched(), await readFile(join(scene.directory, 'src', 'new.txt'), 'utf8')], [['src/new.txt', 'src/old.txt'], 'new'])
})

test('after a command, or a change that failed, nobody can say', async () => {
  await using scene = await aScene()
  await assert.rejects(scene.files.remove('nothing.txt'))
  assert.equal(scene.touched(), null)
  await using other = await aScene()
  await Array.fromAsync(other.sandbox.exec({ command: 'true', directory: '.', environment: {}, timeoutMs: 1000 }, never))
  assert.equal(other.touched(), null)
})
