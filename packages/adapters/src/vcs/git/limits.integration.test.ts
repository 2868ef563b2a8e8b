import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { aRequest, aScene, filesOf, git, type Scene, writeFiles } from '@codeforge/ports/testing/vcs-scene'
import type { z } from 'zod'
import { gitConfig, gitVcs } from '../git.ts'

const never = new AbortController().signal
const openWith = (options: Partial<z.input<typeof gitConfig>>) => (dataDirectory: string) => gitVcs.open(gitConfig.parse({ dataDirectory, ...options }))
const open = openWith({})

describe('limits of the git adapter', { concurrency: 4 }, () => {
  test('an untracked file over the limit is left out, named, and kept by a restore', async () => {
    await using scene = await aScene(openWith({ maxFileBytes: 1000 }))
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'small.txt': 'x', 'a.txt': 'tracked files have no limit '.repeat(100) })
    await writeFile(join(workspace.path, 'huge.bin'), '')
    await truncate(join(workspace.path, 'huge.bin'), 2 ** 30)
    const one = await workspace.checkpoint('one', never)
    await workspace.restore(zero.id, never)
    assert.deepEqual([one.omitted, one.stat.files, (await readdir(workspace.path)).toSorted()], [['huge.bin'], 2, ['.git', '.gitignore', 'a.txt', 'huge.bin', 'lib']])
  })

  test('a diff over the limit is refused', async () => {
    await using scene = await aScene(openWith({ maxOutputBytes: 1024 * 1024 }))
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFile(join(workspace.path, 'big.txt'), 'a line of text\n'.repeat(100_000))
    const one = await workspace.checkpoint('one', never)
    await assert.rejects(workspace.diff(zero.id, one.id, never), { code: 'payload-too-large' })
  })

  test('pipes and sockets in the workspace are passed over', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    const { createServer } = await import('node:net')
    const server = createServer().listen(join(workspace.path, 'socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    assert.equal((await workspace.checkpoint('one', never)).tree, zero.tree)
    server.close()
  })

  for (const mode of ['worktree', 'local_path'] as const) {
    test(`a pipe where an ignore or attributes file belongs holds nothing up, and counts as an empty one: ${mode}`, { timeout: 60_000 }, async () => {
      await using scene = await aScene(open)
      await using workspace = await scene.vcs.open(aRequest(scene, { mode }), never)
      await workspace.checkpoint('zero', never)
      await writeFiles(workspace.path, { 'lib/new.txt': 'x\n', 'deep/er/new.txt': 'x\n' })
      await promisify(execFile)('mkfifo', ['lib/.gitignore', 'lib/.gitattributes', 'deep/er/.gitignore', 'deep/er/.gitattributes'], { cwd: workspace.path })
      const { stat: { files }, tree } = await workspace.checkpoint('one', never)
      await rm(join(workspace.path, 'lib/.gitignore'))
      assert.deepEqual([files, (await workspace.checkpoint('two', never)).tree], [2, tree])
    })
  }

  test('what is a pipe in place of a file of git in the repository of the user holds nothing up', { timeout: 60_000 }, async () => {
    await using scene = await aScene(open)
    const places = ['.git/config', '.git/commondir', '.git/shallow', '.git/info/exclude', '.git/objects/info/alternates', '.git/index']
    await mkdir(join(scene.user, '.git/info'), { recursive: true })
    await Promise.all(places.map((path) => rm(join(scene.user, path), { force: true })))
    await promisify(execFile)('mkfifo', ['-m', '600', ...places], { cwd: scene.user })
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const { dirty } = await scene.vcs.inspect({ kind: 'local', path: scene.user }, never)
    assert.deepEqual([await filesOf(workspace.path), dirty], [{ '.gitignore': '*.log\nnode_modules/\n', 'a.txt': 'one\n', 'lib/b.txt': 'two\n' }, true])
  })

  test('an abort ends git and what it started, and says cancelled', async () => {
    await using scene = await aScene(open)
    const slow = join(scene.directory, 'slow-git')
    await writeFile(slow, `#!/bin/sh\nsleep 300 &\necho $! > "${scene.directory}/pid"\nwait\n`)
    await chmod(slow, 0o755)
    await using vcs = await openWith({ gitPath: slow })(join(scene.directory, 'slow-data'))
    const controller = new AbortController()
    const opening = vcs.open(aRequest(scene), controller.signal)
    const pid = await readPid(scene)
    controller.abort()
    await assert.rejects(opening, { code: 'cancelled' })
    await gone(pid)
  })

  test('a git that is not there is named', async () => {
    await using scene = await aScene(open)
    await using vcs = await openWith({ gitPath: '/nonexistent/git' })(join(scene.directory, 'none'))
    await assert.rejects(vcs.open(aRequest(scene), never), { code: 'git-failed', message: /could not be started as '\/nonexistent\/git'/ })
  })

  test('a workspace that is gone gives a clear error', async () => {
    await using scene = await aScene(open)
    const workspace = await scene.vcs.open(aRequest(scene), never)
    await workspace[Symbol.asyncDispose]()
    await assert.rejects(workspace.checkpoint('one', never), { code: 'workspace-failed' })
  })

  test('a data directory that cannot be made gives a clear error', async () => {
    await using scene = await aScene(open)
    await writeFiles(scene.directory, { file: 'x' })
    await assert.rejects(open(join(scene.directory, 'file', 'data')), { code: 'workspace-failed' })
  })

  test('no more git processes run at once than allowed', async () => {
    await using scene = await aScene(openWith({ maxConcurrent: 1 }))
    const all = Array.from({ length: 4 }, async (_, at) => {
      await using workspace = await scene.vcs.open(aRequest(scene, { runId: `run-${at}` }), never)
      const { id } = await workspace.checkpoint('zero', never)
      return scene.vcs.deliverBranch({ kind: 'local', path: scene.user }, { checkpoint: id, branch: `codeforge/run-${at}`, message: 'm', author: { name: 'a', email: 'b' } }, never)
    })
    assert.equal(new Set((await Promise.all(all)).map((delivered) => delivered.branch)).size, 4)
  })

  test('a run id that could leave its directory is refused', async () => {
    await using scene = await aScene(open)
    for (const runId of ['../x', 'a/b', '', '.hidden', 'x.lock']) await assert.rejects(scene.vcs.open(aRequest(scene, { runId }), never), { code: 'invalid-input' })
  })
})

describe('folders that are reused', { concurrency: 4 }, () => {
  test('an ignored folder comes along as a copy; tracked, unignored, linked and outside ones do not', async () => {
    await using scene = await aScene(open)
    await writeFiles(scene.user, { 'node_modules/x/index.js': 'x\n', 'unignored/y': 'y\n' })
    await symlink('/etc/hostname', join(scene.user, 'node_modules/link'))
    await writeFiles(scene.user, { '.git/info/exclude': '/linked\n/tracked-but-ignored\n' })
    await symlink('/etc', join(scene.user, 'linked'))
    await writeFiles(scene.user, { 'tracked-but-ignored/z': 'z\n' })
    await git(scene.user, 'add', '-f', 'tracked-but-ignored/z')
    await git(scene.user, 'commit', '-qm', 'more')
    const reuse = ['node_modules', 'unignored', 'linked', 'tracked-but-ignored', '../data', '.git', '/etc', 'absent']
    await using workspace = await scene.vcs.open(aRequest(scene, { reuse }), never)
    await writeFiles(workspace.path, { 'node_modules/x/index.js': 'changed\n' })
    const { 'node_modules/link': link, 'node_modules/x/index.js': copy } = await filesOf(workspace.path)
    assert.deepEqual(
      [workspace.reused, link, copy, await readFile(join(scene.user, 'node_modules/x/index.js'), 'utf8'), (await workspace.checkpoint('zero', never)).stat.files, await git(workspace.path, 'status', '--porcelain')],
      [['node_modules'], '-> /etc/hostname', 'changed\n', 'x\n', 0, ''],
    )
  })

  test('the own ignore rules of the user hold in checkpoints, also when an agent rewrites them', async () => {
    await using scene = await aScene(openWith({ globalExcludes: null }))
    await writeFiles(scene.user, { '.git/info/exclude': 'private\n' })
    await using workspace = await scene.vcs.open(aRequest(scene, { mode: 'local_path' }), never)
    await writeFile(join(scene.user, '.git/info/exclude'), '')
    await writeFiles(scene.user, { private: 'x\n' })
    assert.equal((await workspace.checkpoint('zero', never)).stat.files, 0)
    assert.equal((await stat(join(scene.user, 'private'))).size, 2)
  })
})

async function readPid(scene: Scene): Promise<number> {
  for (;;) {
    const text = await readFile(join(scene.directory, 'pid'), 'utf8').catch(() => '')
    if (text.endsWith('\n')) return Number(text)
    await setTimeout(10)
  }
}

async function gone(pid: number): Promise<void> {
  for (const until = performance.now() + 5000; performance.now() < until; await setTimeout(10)) {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
    if (state === null || / Z /.test(state)) return
  }
  assert.fail(`process ${pid} is still alive`)
}
