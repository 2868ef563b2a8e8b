import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openFiles } from './files.ts'

async function aWorkspace() {
  const base = await mkdtemp(join(tmpdir(), 'codeforge-files-'))
  const root = join(base, 'workspace')
  await mkdir(join(root, '.git'), { recursive: true })
  await writeFile(join(base, 'outside.txt'), 'secret')
  await writeFile(join(root, 'inside.txt'), 'hello\n')
  return { base, root, files: await openFiles(root), [Symbol.asyncDispose]: () => rm(base, { recursive: true }) }
}

for (const path of ['../outside.txt', 'a/../../outside.txt', '/etc/passwd', 'a\0b', '.git/config', 'x/.GIT/hooks/y', 'x/.git./config', '.g\u200cit/config', '.ｇit/config', '.git\ufeff/config', '.gıt/../.GiT/x', 'git~1/config', '.git::$INDEX_ALLOCATION/config', '.git \u00ad. /x']) {
  test(`refuses to read and write ${JSON.stringify(path)}`, async () => {
    await using workspace = await aWorkspace()
    await assert.rejects(workspace.files.read(path))
    await assert.rejects(workspace.files.write(path, 'x'))
  })
}

test('follows a link that stays inside and refuses one that leads out, in any part of a path', async () => {
  await using workspace = await aWorkspace()
  await mkdir(join(workspace.root, 'sub'))
  await symlink('../inside.txt', join(workspace.root, 'sub/near'))
  await symlink('../outside.txt', join(workspace.root, 'far'))
  await symlink('..', join(workspace.root, 'up'))
  await symlink('/etc', join(workspace.root, 'etc'))
  assert.equal(await workspace.files.readText('sub/near'), 'hello\n')
  assert.equal(await workspace.files.resolve('sub/near'), 'inside.txt')
  for (const path of ['far', 'up/outside.txt', 'etc/passwd']) await assert.rejects(workspace.files.read(path), path)
  for (const path of ['far', 'up/new.txt', 'etc/new.txt']) await assert.rejects(workspace.files.write(path, 'x'), path)
  assert.equal(await readFile(join(workspace.base, 'outside.txt'), 'utf8'), 'secret')
})

test('gives up links that lead in circles', async () => {
  await using workspace = await aWorkspace()
  await symlink('b', join(workspace.root, 'a'))
  await symlink('a', join(workspace.root, 'b'))
  await assert.rejects(workspace.files.read('a'), /too many links/)
})

test('keeps the mode of a file that it replaces, and makes folders on the way', async () => {
  await using workspace = await aWorkspace()
  await chmod(join(workspace.root, 'inside.txt'), 0o755)
  await workspace.files.write('inside.txt', 'new')
  await workspace.files.write('a/b/c.txt', 'deep')
  assert.equal((await stat(join(workspace.root, 'inside.txt'))).mode & 0o777, 0o755)
  assert.equal(await workspace.files.readText('a/b/c.txt'), 'deep')
})

test('says what is wrong with a binary file, another encoding and a folder', async () => {
  await using workspace = await aWorkspace()
  await writeFile(join(workspace.root, 'binary'), Buffer.from([1, 0, 2]))
  await writeFile(join(workspace.root, 'latin'), Buffer.from([0xe4, 0x0a]))
  await assert.rejects(workspace.files.readText('binary'), /binary file/)
  await assert.rejects(workspace.files.readText('latin'), /not UTF-8/)
  await assert.rejects(workspace.files.readText('.'), /folder/)
})
