import assert from 'node:assert/strict'
import { appendFile, chmod, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { aRequest, aScene, filesOf, git, makeRepository, type Scene, writeFiles } from '@codeforge/ports/testing/vcs-scene'
import type { Checkpoint, Workspace } from '@codeforge/ports/vcs'
import { gitConfig, gitVcs } from '../git.ts'

const never = new AbortController().signal
const open = (dataDirectory: string) => gitVcs.open(gitConfig.parse({ dataDirectory, keepUnreachableSeconds: 0 }))
const delivery = (checkpoint: string) => ({ checkpoint, branch: 'codeforge/run-1', message: 'Deliver', author: { name: 'A', email: 'a@example.org' } })

const hooks = ['applypatch-msg', 'commit-msg', 'fsmonitor-watchman', 'post-applypatch', 'post-checkout', 'post-commit', 'post-index-change', 'post-merge', 'post-rewrite', 'post-update', 'pre-auto-gc', 'pre-commit', 'pre-push', 'pre-receive', 'prepare-commit-msg', 'reference-transaction', 'update']

/** Settings that make git run a program. */
const settings = (program: string) => `
[core]
	fsmonitor = ${program}
	sshCommand = ${program}
	gitProxy = ${program}
	pager = ${program}
	editor = ${program}
	askPass = ${program}
	alternateRefsCommand = ${program}
	attributesFile = /tmp/none
[uploadpack]
	packObjectsHook = ${program}
[filter "evil"]
	clean = ${program}
	smudge = ${program}
	process = ${program}
	required = true
[diff]
	external = ${program}
[diff "evil"]
	command = ${program}
	textconv = ${program}
[merge "evil"]
	driver = ${program}
[credential]
	helper = !${program}
[gpg]
	program = ${program}
[commit]
	gpgSign = true
[submodule]
	recurse = true
[protocol "ext"]
	allow = always
[remote "origin"]
	url = ext::${program}
	uploadpack = ${program}
	promisor = true
	fetch = +refs/heads/*:refs/remotes/origin/*
[url "ext::${program}"]
	insteadOf = /
`

const attributes = '* filter=evil diff=evil merge=evil text eol=crlf ident working-tree-encoding=UTF-16\n[attr]binary filter=evil\n'

/** A program that leaves a trace when anything runs it. */
async function plantCanary(scene: Scene): Promise<{ readonly program: string; fired(): Promise<readonly string[]> }> {
  const [program, traces] = [join(scene.directory, 'canary.sh'), join(scene.directory, 'traces')]
  await mkdir(traces)
  await writeFile(program, `#!/bin/sh\ntouch "${traces}/$$"\nexit 1\n`)
  await chmod(program, 0o755)
  return { program, fired: () => readdir(traces) }
}

/** Rewrites a git directory so that whatever git does in it runs the program. */
async function poison(gitDirectory: string, program: string): Promise<void> {
  await appendFile(join(gitDirectory, 'config'), settings(program))
  await mkdir(join(gitDirectory, 'hooks'), { recursive: true })
  for (const hook of hooks) await symlink(program, join(gitDirectory, 'hooks', hook))
  await mkdir(join(gitDirectory, 'info'), { recursive: true })
  await writeFile(join(gitDirectory, 'info', 'attributes'), attributes)
}

/** Everything our git does with a workspace and its repository. */
async function doEverything(scene: Scene, workspace: Workspace, zero: Checkpoint): Promise<void> {
  const source = { kind: 'local', path: scene.user } as const
  const one = await workspace.checkpoint('one', never)
  await workspace.changes(zero.id, one.id, never)
  const patch = await workspace.diff(zero.id, one.id, never)
  const bundle = await workspace.bundle(one.id, never)
  await workspace.restore(zero.id, never)
  await workspace.restore(one.id, never)
  await scene.vcs.inspect(source, never)
  await scene.vcs.deliverBranch(source, delivery(one.id), never)
  const other = await scene.openOther()
  await using continued = await other.open(aRequest(scene, { attempt: 2, checkpoint: one.id, bundle }), never)
  assert.deepEqual(await filesOf(continued.path), await unignoredFilesOf(workspace.path))
  if (workspace.path === scene.user) return void (await scene.vcs.applyPatch(scene.user, patch, { reverse: true }, never))
  await scene.vcs.applyPatch(scene.user, patch, { reverse: false }, never)
  await scene.vcs.applyPatch(scene.user, patch, { reverse: true }, never)
  await scene.vcs.commitLocal(source, delivery(one.id), never)
}

/** What another host gets to see: ignored files stay where they are. */
async function unignoredFilesOf(root: string): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await filesOf(root)).filter(([path]) => !path.endsWith('.log')))
}

describe('git and what an agent may plant', { concurrency: 4 }, () => {
  test('the canary fires where the user runs git: the tests below prove something', async () => {
    await using scene = await aScene(open)
    const canary = await plantCanary(scene)
    await poison(join(scene.user, '.git'), canary.program)
    await git(scene.user, 'status').catch(() => {})
    assert.notDeepEqual(await canary.fired(), [])
  })

  test('nothing runs and no byte changes where the workspace has hostile config, hooks, filters and attributes', async () => {
    await using scene = await aScene(open)
    const canary = await plantCanary(scene)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await poison(join(workspace.path, '.git'), canary.program)
    await writeFiles(workspace.path, { '.gitattributes': attributes, 'lib/.gitattributes': attributes, 'crlf.txt': 'a\r\nb\n', 'ident.txt': '$Id: x $\n', '.gitmodules': '[submodule "x"]\n\tpath = lib\n\turl = ext::sh\n\tupdate = !touch /tmp/x\n' })
    const files = await filesOf(workspace.path)
    await doEverything(scene, workspace, zero)
    assert.deepEqual([await canary.fired(), await filesOf(workspace.path), await filesOf(scene.user)], [[], files, files])
  })

  test('nothing runs where the repository of the user itself was made hostile', async () => {
    for (const mode of ['worktree', 'local_path'] as const) {
      await using scene = await aScene(open)
      const canary = await plantCanary(scene)
      await poison(join(scene.user, '.git'), canary.program)
      await using workspace = await scene.vcs.open(aRequest(scene, { mode }), never)
      const zero = await workspace.checkpoint('zero', never)
      await writeFiles(workspace.path, { '.gitattributes': attributes, 'a.txt': 'changed\n' })
      await doEverything(scene, workspace, zero)
      assert.deepEqual(await canary.fired(), [])
    }
  })

  test('a fetch from a hostile repository runs nothing on our side', async () => {
    await using scene = await aScene(open)
    const canary = await plantCanary(scene)
    await poison(join(scene.user, '.git'), canary.program)
    await using workspace = await scene.vcs.open(aRequest(scene, { source: { kind: 'remote', url: scene.user } }), never)
    assert.deepEqual([await canary.fired(), Object.keys(await filesOf(workspace.path))], [[], ['.gitignore', 'a.txt', 'lib/b.txt']])
  })

  test('a .git file or folder planted in the root or below hides no file and is never followed', async () => {
    await using scene = await aScene(open)
    const canary = await plantCanary(scene)
    const evil = join(scene.directory, 'evil')
    await makeRepository(evil, { 'x.txt': 'x\n' })
    await poison(join(evil, '.git'), canary.program)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    const at = (path: string) => join(workspace.path, path)
    await rename(at('.git'), join(scene.directory, 'moved'))
    await writeFile(at('.git'), `gitdir: ${join(evil, '.git')}\n`)
    for (const folder of ['vendor/nested', 'vendor/nested/deeper', 'born']) await mkdir(at(folder), { recursive: true })
    await git(at('vendor/nested'), 'init', '-q')
    await writeFiles(at('vendor/nested'), { 'n.txt': 'n\n', 'n.log': 'ignored outside\n', '.gitignore': 'own-ignored\n', 'own-ignored': 'x\n' })
    await git(at('vendor/nested'), 'add', '-A')
    await git(at('vendor/nested'), 'commit', '-qm', 'nested')
    await poison(at('vendor/nested/.git'), canary.program)
    await writeFile(at('vendor/nested/deeper/.git'), `gitdir: ${join(evil, '.git')}\n`)
    await writeFiles(workspace.path, { 'vendor/nested/deeper/d.txt': 'd\n', 'born/b.txt': 'b\n' })
    await git(at('born'), 'init', '-q')
    await writeFile(at('lib/.git'), `gitdir: ${join(evil, '.git')}\n`) // a folder whose files are tracked
    await writeFiles(workspace.path, { 'lib/b.txt': 'changed\n', 'lib/c.txt': 'c\n' })
    const one = await workspace.checkpoint('one', never)
    assert.deepEqual(
      (await workspace.changes(zero.id, one.id, never)).map((change) => change.path),
      ['born/b.txt', 'lib/b.txt', 'lib/c.txt', 'vendor/nested/.gitignore', 'vendor/nested/deeper/d.txt', 'vendor/nested/n.txt'],
    )
    assert.deepEqual([one.omitted, (await workspace.checkpoint('again', never)).tree, await canary.fired()], [[], one.tree, []])
    await doEverything(scene, workspace, zero)
    assert.deepEqual(await canary.fired(), [])
  })

  test('a tracked file that becomes a repository is recorded with its files', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await rm(join(workspace.path, 'a.txt'))
    await makeRepository(join(workspace.path, 'a.txt'), { 'inside.txt': 'x\n' })
    const one = await workspace.checkpoint('one', never)
    assert.deepEqual(await workspace.changes(zero.id, one.id, never), [{ path: 'a.txt', kind: 'deleted' }, { path: 'a.txt/inside.txt', kind: 'added' }])
  })

  test('links out of the workspace are recorded as links; nothing is read or written through them', async () => {
    await using scene = await aScene(open)
    const outside = join(scene.directory, 'outside')
    await writeFiles(outside, { 'b.txt': 'secret\n' })
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await rm(join(workspace.path, 'lib'), { recursive: true })
    await symlink(outside, join(workspace.path, 'lib'))
    const one = await workspace.checkpoint('one', never)
    assert.match(Buffer.from(await workspace.diff(zero.id, one.id, never)).toString(), /new file mode 120000/)
    assert.doesNotMatch(Buffer.from(await workspace.diff(zero.id, one.id, never)).toString(), /secret/)
    await workspace.restore(zero.id, never)
    assert.deepEqual([await filesOf(outside), await readFile(join(workspace.path, 'lib/b.txt'), 'utf8')], [{ 'b.txt': 'secret\n' }, 'two\n'])
  })

  test('a patch cannot write outside the repository', async () => {
    await using scene = await aScene(open)
    const patch = (path: string) => Buffer.from(`diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`)
    await symlink(scene.directory, join(scene.user, 'out'))
    for (const path of ['../escaped', 'out/escaped', '.git/hooks/pre-commit']) {
      await assert.rejects(scene.vcs.applyPatch(scene.user, patch(path), { reverse: false }, never), { code: 'conflict' })
    }
    assert.ok(!(await readdir(scene.directory)).includes('escaped'))
  })

  test('a branch is not written through a link planted among the refs', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const { id } = await workspace.checkpoint('zero', never)
    const outside = join(scene.directory, 'outside')
    await mkdir(outside)
    await symlink(outside, join(scene.user, '.git/refs/heads/codeforge'))
    await assert.rejects(scene.vcs.deliverBranch({ kind: 'local', path: scene.user }, delivery(id), never), { code: 'delivery-failed' })
    assert.deepEqual(await readdir(outside), [])
  })

  test('text cannot pass as binary in the diff a person reads', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { '.gitattributes': '* -diff binary\n', 'a.txt': 'one\nbackdoor\n' })
    const one = await workspace.checkpoint('one', never)
    assert.match(Buffer.from(await workspace.diff(zero.id, one.id, never)).toString(), /^\+backdoor$/m)
  })

  test('the workspace names no path to the checkpoints', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const named = [...workspace.readable, await readFile(join(workspace.path, '.git/objects/info/alternates'), 'utf8'), await readFile(join(workspace.path, '.git/config'), 'utf8')]
    assert.ok(named.every((text) => !text.includes('shadow')))
    await workspace.checkpoint('zero', never)
    assert.equal(await git(workspace.path, 'log', '--all', '--format=%s'), 'first')
  })
})
