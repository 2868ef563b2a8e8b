import assert from 'node:assert/strict'
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { DeliverRequest, Vcs, Workspace } from '../vcs.ts'
import { aRequest, aScene, filesOf, git, makeRepository, type Scene, writeFiles } from './vcs-scene.ts'

type Open = (dataDirectory: string) => Promise<Vcs & AsyncDisposable>

const committed = { '.gitignore': '*.log\nnode_modules/\n', 'a.txt': 'one\n', 'lib/b.txt': 'two\n' }
const never = new AbortController().signal
/** Each test has a scene of its own, and mostly waits for processes. */
const sideBySide = { concurrency: 4 }

/** What every Vcs for git repositories must do. `open` gets an empty directory for its data. */
export function describeVcsContract(name: string, open: Open): void {
  describe(`vcs contract: ${name}`, () => {
    describe('workspaces', sideBySide, () => describeWorkspaces(open))
    describe('checkpoints', sideBySide, () => describeCheckpoints(open))
    describe('continuing', sideBySide, () => describeContinuing(open))
    describe('delivery', sideBySide, () => describeDelivery(open))
    describe('repositories', sideBySide, () => describeRepositories(open))
  })
}

function describeWorkspaces(open: Open): void {
  test('a worktree has the files of HEAD, a clean status, and a branch named for the run', async () => {
    await using scene = await aScene(open)
    await writeFiles(scene.user, { 'a.txt': 'uncommitted\n', 'new.txt': 'new\n' })
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    assert.deepEqual(
      { files: await filesOf(workspace.path), base: workspace.baseCommit, branch: await git(workspace.path, 'symbolic-ref', '--short', 'HEAD'), status: await git(workspace.path, 'status', '--porcelain'), log: await git(workspace.path, 'log', '--format=%s') },
      { files: committed, base: await git(scene.user, 'rev-parse', 'HEAD'), branch: 'codeforge/run-1', status: '', log: 'first' },
    )
  })

  test('with includeDirty the uncommitted, untracked and deleted files of the user take part, ignored ones do not', async () => {
    await using scene = await aScene(open)
    await writeFiles(scene.user, { 'a.txt': 'uncommitted\n', 'new.txt': 'new\n', 'debug.log': 'ignored\n' })
    await rm(join(scene.user, 'lib/b.txt'))
    await using workspace = await scene.vcs.open(aRequest(scene, { includeDirty: true }), never)
    assert.deepEqual(await filesOf(workspace.path), { '.gitignore': committed['.gitignore'], 'a.txt': 'uncommitted\n', 'new.txt': 'new\n' })
  })

  test('what an agent commits in its workspace does not reach the repository of the user', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const before = await git(scene.user, 'for-each-ref')
    await writeFiles(workspace.path, { 'a.txt': 'changed\n' })
    await git(workspace.path, 'commit', '-qam', 'by the agent')
    assert.deepEqual([await git(scene.user, 'for-each-ref'), await git(scene.user, 'status', '--porcelain')], [before, ''])
  })

  test('a local path is worked on in place, without a copy', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene, { mode: 'local_path' }), never)
    assert.equal(workspace.path, scene.user)
  })

  test('disposing a local path leaves the directory of the user alone, disposing a worktree removes it', async () => {
    await using scene = await aScene(open)
    const inPlace = await scene.vcs.open(aRequest(scene, { mode: 'local_path' }), never)
    await inPlace[Symbol.asyncDispose]()
    const worktree = await scene.vcs.open(aRequest(scene), never)
    await worktree[Symbol.asyncDispose]()
    await worktree[Symbol.asyncDispose]()
    assert.deepEqual(await filesOf(scene.user), committed)
    await assert.rejects(filesOf(worktree.path), { code: 'ENOENT' })
  })

  test('attempts of one run have directories of their own', async () => {
    await using scene = await aScene(open)
    await using one = await scene.vcs.open(aRequest(scene), never)
    await using other = await scene.vcs.open(aRequest(scene, { attempt: 2 }), never)
    assert.notEqual(one.path, other.path)
  })

  test('an earlier commit can be the base', async () => {
    await using scene = await aScene(open)
    const first = await git(scene.user, 'rev-parse', 'HEAD')
    await writeFiles(scene.user, { 'a.txt': 'second\n' })
    await git(scene.user, 'commit', '-qam', 'second')
    await using workspace = await scene.vcs.open(aRequest(scene, { baseRef: 'main~1' }), never)
    assert.deepEqual([workspace.baseCommit, await filesOf(workspace.path)], [first, committed])
  })

  test('a cancelled opening says so and leaves nothing', async () => {
    await using scene = await aScene(open)
    await assert.rejects(scene.vcs.open(aRequest(scene), AbortSignal.abort()), { code: 'cancelled' })
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    assert.deepEqual(await filesOf(workspace.path), committed)
  })
}

function describeCheckpoints(open: Open): void {
  test('a checkpoint names the tree git would name, counts against checkpoint 0, and leaves out ignored files', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'a.txt': 'one\nmore\n', 'new.txt': 'new\n', 'debug.log': 'ignored\n' })
    await rm(join(workspace.path, 'lib/b.txt'))
    const one = await workspace.checkpoint('one', never)
    await git(workspace.path, 'add', '-A')
    assert.deepEqual(
      [zero.tree, zero.stat, one.tree, one.stat, await workspace.changes(zero.id, one.id, never)],
      [
        await git(workspace.path, 'rev-parse', 'HEAD^{tree}'),
        { files: 0, insertions: 0, deletions: 0 },
        await git(workspace.path, 'write-tree'),
        { files: 3, insertions: 2, deletions: 1 },
        [{ path: 'a.txt', kind: 'modified' }, { path: 'lib/b.txt', kind: 'deleted' }, { path: 'new.txt', kind: 'added' }],
      ],
    )
  })

  test('a checkpoint without a change is the last one', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    await writeFiles(workspace.path, { 'a.txt': 'changed\n' })
    assert.deepEqual(await workspace.checkpoint('one', never), await workspace.checkpoint('two', never))
  })

  test('a change of the same size right after a checkpoint is seen', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const trees = new Set<string>()
    for (const text of ['aaa', 'bbb', 'ccc', 'ddd']) {
      await writeFiles(workspace.path, { 'a.txt': text })
      trees.add((await workspace.checkpoint(text, never)).tree)
    }
    assert.equal(trees.size, 4)
  })

  test('a checkpoint of named paths sees what happened to them; what was not named is seen by the next full one', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'a.txt': 'changed\n', 'new/deep.txt': 'new\n', 'debug.log': 'ignored\n', '*': 'no pattern\n' })
    await rm(join(workspace.path, 'lib'), { recursive: true })
    const one = await workspace.checkpointOf('one', ['a.txt', 'new', 'lib', 'debug.log', 'nothing-there', '*'], never)
    const changes = await workspace.changes(zero.id, one.id, never)
    await writeFiles(workspace.path, { 'unnamed.txt': 'x\n' })
    await workspace.checkpointOf('two', ['a.txt'], never)
    const three = await workspace.checkpoint('three', never)
    assert.deepEqual(
      [changes, await workspace.changes(one.id, three.id, never)],
      [[{ path: '*', kind: 'added' }, { path: 'a.txt', kind: 'modified' }, { path: 'lib/b.txt', kind: 'deleted' }, { path: 'new/deep.txt', kind: 'added' }], [{ path: 'unnamed.txt', kind: 'added' }]],
    )
  })

  test('named paths that lead outside, or change what is ignored, make it a full checkpoint', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    await workspace.checkpoint('zero', never)
    const seen: number[] = []
    for (const [at, touched] of ['../elsewhere', '/etc/hostname', '.gitignore', ''].entries()) {
      await writeFiles(workspace.path, { [`${at}.txt`]: 'x\n' })
      seen.push((await workspace.checkpointOf('one', [touched], never)).stat.files)
    }
    assert.deepEqual(seen, [1, 2, 3, 4])
  })

  test('restoring brings back what was changed, deleted and turned into something else, and removes what came since', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    await writeFiles(workspace.path, { 'tool.sh': '#!/bin/sh\n', 'kept.log': 'ignored\n' })
    await chmod(join(workspace.path, 'tool.sh'), 0o755)
    await symlink('/etc/passwd', join(workspace.path, 'link'))
    const good = await workspace.checkpoint('good', never)
    const files = await filesOf(workspace.path)
    await spoil(workspace)
    await workspace.restore(good.id, never)
    assert.deepEqual([await filesOf(workspace.path), (await workspace.checkpoint('again', never)).tree], [files, good.tree])
  })

  test('the index, the branches and the untracked files of the user stay as they are in mode local_path', async () => {
    await using scene = await aScene(open)
    await writeFiles(scene.user, { 'staged.txt': 'staged\n', 'draft.txt': 'untracked\n', 'own.log': 'ignored\n' })
    await git(scene.user, 'add', 'staged.txt')
    const look = async () => [await git(scene.user, 'status', '--porcelain=v2', '--branch'), await git(scene.user, 'for-each-ref'), await filesOf(scene.user)]
    const before = await look()
    await using workspace = await scene.vcs.open(aRequest(scene, { mode: 'local_path' }), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'a.txt': 'changed\n', 'by-agent.txt': 'x\n' })
    await workspace.checkpoint('one', never)
    await workspace.restore(zero.id, never)
    assert.deepEqual(await look(), before)
  })

  test('names with spaces, line breaks, escape sequences and bytes that are not text survive', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    const names = ['with space', 'line\nbreak', '\u001b[31mred', '"quoted"', '-dash', ':(top)magic', 'ünï', '*']
    await writeFiles(workspace.path, Object.fromEntries(names.map((name) => [name, 'x'])))
    await writeFile(Buffer.concat([Buffer.from(`${workspace.path}/`), Buffer.from([0xff, 0xfe])]), 'x')
    const one = await workspace.checkpoint('one', never)
    const changed = (await workspace.changes(zero.id, one.id, never)).map((change) => change.path)
    await workspace.restore(zero.id, never)
    assert.deepEqual([changed.toSorted(), await filesOf(workspace.path)], [[...names, '\ufffd\ufffd'].toSorted(), committed])
  })

  test('a diff with binary files applies elsewhere and can be taken back', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'a.txt': 'changed\n' })
    await writeFile(join(workspace.path, 'image.bin'), Buffer.from([0, 1, 2, 0xff, 0]))
    const one = await workspace.checkpoint('one', never)
    const patch = await workspace.diff(zero.id, one.id, never)
    await scene.vcs.applyPatch(scene.user, patch, { reverse: false }, never)
    const applied = await filesOf(scene.user)
    await scene.vcs.applyPatch(scene.user, patch, { reverse: true }, never)
    assert.deepEqual([applied, await filesOf(scene.user)], [await filesOf(workspace.path), committed])
  })

  test('a patch that fits in part only changes nothing', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'a.txt': 'changed\n', 'lib/b.txt': 'changed\n' })
    const patch = await workspace.diff(zero.id, (await workspace.checkpoint('one', never)).id, never)
    await writeFiles(scene.user, { 'lib/b.txt': 'otherwise\n' })
    await assert.rejects(scene.vcs.applyPatch(scene.user, patch, { reverse: false }, never), { code: 'conflict' })
    assert.deepEqual(await filesOf(scene.user), { ...committed, 'lib/b.txt': 'otherwise\n' })
  })
}

async function spoil(workspace: Workspace): Promise<void> {
  const at = (path: string) => join(workspace.path, path)
  await writeFiles(workspace.path, { 'came/since.txt': 'x\n', 'tool.sh': 'broken\n' })
  await rm(at('a.txt'))
  await writeFiles(workspace.path, { 'a.txt/now-a-folder.txt': 'x\n' })
  await rm(at('lib'), { recursive: true })
  await symlink('/tmp', at('lib'))
  await rm(at('link'))
  await writeFile(at('link'), 'now a file\n')
}

function describeContinuing(open: Open): void {
  test('the next attempt starts from the checkpoint and counts against the first checkpoint of the run', async () => {
    await using scene = await aScene(open)
    const one = await work(scene.vcs, scene)
    await using next = await scene.vcs.open(aRequest(scene, { attempt: 2, checkpoint: one.id }), never)
    const again = await next.checkpoint('again', never)
    assert.deepEqual([again.tree, again.stat, next.baseCommit], [one.tree, one.stat, await git(scene.user, 'rev-parse', 'HEAD')])
  })

  test('another host continues from a bundle, also where the branch has moved on', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'a.txt': 'worked\n', 'new.txt': 'new\n' })
    const one = await workspace.checkpoint('one', never)
    const bundle = await workspace.bundle(one.id, never)
    await git(scene.user, 'commit', '-q', '--allow-empty', '-m', 'meanwhile')
    const other = await scene.openOther()
    await using next = await other.open(aRequest(scene, { attempt: 2, checkpoint: one.id, bundle }), never)
    const again = await next.checkpoint('again', never)
    assert.deepEqual([await filesOf(next.path), again.tree, again.stat, next.baseCommit], [await filesOf(workspace.path), one.tree, one.stat, workspace.baseCommit])
  })

  test('another run that starts from a checkpoint counts from there', async () => {
    await using scene = await aScene(open)
    const one = await work(scene.vcs, scene)
    await using next = await scene.vcs.open(aRequest(scene, { runId: 'run-2', checkpoint: one.id }), never)
    const zero = await next.checkpoint('zero', never)
    assert.deepEqual([zero.tree, zero.stat], [one.tree, { files: 0, insertions: 0, deletions: 0 }])
  })

  test('a checkpoint that is neither here nor in a bundle is refused', async () => {
    await using scene = await aScene(open)
    const one = await work(scene.vcs, scene)
    const other = await scene.openOther()
    await assert.rejects(other.open(aRequest(scene, { checkpoint: one.id }), never), { code: 'workspace-failed' })
  })

  test('collecting removes the checkpoints and workspaces of other runs and keeps those named', async () => {
    await using scene = await aScene(open)
    const kept = await work(scene.vcs, scene, 'kept')
    const gone = await work(scene.vcs, scene, 'gone')
    await using left = await scene.vcs.open(aRequest(scene, { runId: 'gone' }), never)
    await scene.vcs.collect(async () => new Set(['kept']), never)
    await assert.rejects(filesOf(left.path), { code: 'ENOENT' })
    await using next = await scene.vcs.open(aRequest(scene, { runId: 'kept', attempt: 2, checkpoint: kept.id }), never)
    assert.equal((await next.checkpoint('again', never)).tree, kept.tree)
    await assert.rejects(scene.vcs.open(aRequest(scene, { runId: 'gone', attempt: 2, checkpoint: gone.id }), never), { code: 'workspace-failed' })
  })
}

/** One run that changed a file; returns its last checkpoint. */
async function work(vcs: Vcs, scene: Scene, runId = 'run-1') {
  await using workspace = await vcs.open(aRequest(scene, { runId }), never)
  await workspace.checkpoint('zero', never)
  await writeFiles(workspace.path, { 'a.txt': 'worked\n', [`${runId}.txt`]: 'new\n' })
  return await workspace.checkpoint('one', never) // awaited here: the workspace must live until then
}

function aDelivery(checkpoint: string, changes: Partial<DeliverRequest> = {}): DeliverRequest {
  return { checkpoint, branch: 'codeforge/run-1', message: 'Fix it\n\nBecause.', author: { name: 'Agent', email: 'agent@example.org' }, ...changes }
}

function describeDelivery(open: Open): void {
  test('a branch is one commit on the base with the tree of the checkpoint; what is checked out stays', async () => {
    await using scene = await aScene(open)
    const one = await work(scene.vcs, scene)
    const delivered = await scene.vcs.deliverBranch({ kind: 'local', path: scene.user }, aDelivery(one.id), never)
    const shown = await git(scene.user, 'log', '-2', '--format=%H %T %an <%ae> %s', 'codeforge/run-1')
    const base = await git(scene.user, 'log', '-1', '--format=%H %T %an <%ae> %s', 'main')
    assert.deepEqual(delivered, { commit: await git(scene.user, 'rev-parse', 'codeforge/run-1'), branch: 'codeforge/run-1', created: true })
    assert.deepEqual([shown, await git(scene.user, 'status', '--porcelain', '--branch'), await git(scene.user, 'fsck', '--no-progress')], [`${delivered.commit} ${one.tree} Agent <agent@example.org> Fix it\n${base}`, '## main', ''])
  })

  test('the whole way: what is uncommitted and reused comes along, another attempt resumes, delivers and leaves nothing but the branch', async () => {
    await using scene = await aScene(open)
    await writeFiles(scene.user, { 'a.txt': 'uncommitted\n', 'node_modules/x.js': 'x\n' })
    const request = aRequest(scene, { includeDirty: true, reuse: ['node_modules'] })
    const first = await scene.vcs.open(request, never)
    const zero = await first.checkpoint('zero', never)
    await writeFiles(first.path, { 'new.txt': 'new\n' })
    const one = await first.checkpoint('one', never)
    await first[Symbol.asyncDispose]()
    const next = await scene.vcs.open({ ...request, attempt: 2, checkpoint: one.id }, never)
    const files = await filesOf(next.path)
    const changes = await next.changes(zero.id, (await next.checkpoint('two', never)).id, never)
    await scene.vcs.deliverBranch({ kind: 'local', path: scene.user }, aDelivery(one.id), never)
    await next[Symbol.asyncDispose]()
    const expected = { ...committed, 'a.txt': 'uncommitted\n', 'node_modules/x.js': 'x\n' }
    assert.deepEqual(
      [files, next.reused, changes, await git(scene.user, 'diff', '--stat', '--name-only', 'main', 'codeforge/run-1'), await filesOf(scene.user), await git(scene.user, 'status', '--porcelain')],
      [{ ...expected, 'new.txt': 'new\n' }, ['node_modules'], [{ path: 'new.txt', kind: 'added' }], 'a.txt\nnew.txt', expected, ' M a.txt'],
    )
    await assert.rejects(filesOf(next.path), { code: 'ENOENT' })
  })

  test('the same again is fine, other content under the name is refused', async () => {
    await using scene = await aScene(open)
    const source = { kind: 'local', path: scene.user } as const
    const [one, other] = [await work(scene.vcs, scene), await work(scene.vcs, scene, 'run-2')]
    const first = await scene.vcs.deliverBranch(source, aDelivery(one.id), never)
    assert.deepEqual(await scene.vcs.deliverBranch(source, aDelivery(one.id), never), { ...first, created: false })
    await assert.rejects(scene.vcs.deliverBranch(source, aDelivery(other.id), never), { code: 'branch-exists' })
  })

  test('of two that deliver the same at once, one creates it', async () => {
    await using scene = await aScene(open)
    const one = await work(scene.vcs, scene)
    const both = await Promise.all([1, 2].map(() => scene.vcs.deliverBranch({ kind: 'local', path: scene.user }, aDelivery(one.id), never)))
    assert.deepEqual(both.map((delivered) => delivered.created).toSorted(), [false, true])
  })

  test('a remote gets the branch by a push that creates only', async () => {
    await using scene = await aScene(open)
    const url = join(scene.directory, 'remote.git')
    await git(scene.directory, 'clone', '-q', '--bare', scene.user, url)
    const source = { kind: 'remote', url } as const
    const deliver = async (runId: string) => {
      await using workspace = await scene.vcs.open(aRequest(scene, { runId, source, mode: 'clone' }), never)
      await writeFiles(workspace.path, { 'a.txt': `by ${runId}\n` })
      const { id } = await workspace.checkpoint('one', never)
      return [() => scene.vcs.deliverBranch(source, aDelivery(id), never), id] as const
    }
    const [[first], [second]] = [await deliver('run-1'), await deliver('run-2')]
    const delivered = await first()
    assert.deepEqual([await git(url, 'show', 'codeforge/run-1:a.txt'), delivered.created, (await first()).created], ['by run-1', true, false])
    await assert.rejects(second(), { code: 'branch-exists' })
  })

  test('committing locally moves the branch, the index and the files together', async () => {
    await using scene = await aScene(open)
    const one = await work(scene.vcs, scene)
    const source = { kind: 'local', path: scene.user } as const
    const delivered = await scene.vcs.commitLocal(source, aDelivery(one.id), never)
    assert.deepEqual(
      [delivered, await git(scene.user, 'status', '--porcelain'), await git(scene.user, 'log', '-1', '--format=%T'), (await filesOf(scene.user))['a.txt']],
      [{ commit: await git(scene.user, 'rev-parse', 'main'), branch: 'main', created: true }, '', one.tree, 'worked\n'],
    )
    assert.equal((await scene.vcs.commitLocal(source, aDelivery(one.id), never)).created, false)
  })

  test('committing locally after working in place moves branch and index only', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene, { mode: 'local_path' }), never)
    await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'a.txt': 'worked\n', 'new.txt': 'new\n' })
    const one = await workspace.checkpoint('one', never)
    await scene.vcs.commitLocal({ kind: 'local', path: scene.user }, aDelivery(one.id), never)
    assert.deepEqual([await git(scene.user, 'status', '--porcelain'), await git(scene.user, 'log', '-1', '--format=%T')], ['', one.tree])
  })

  for (const [what, disturb] of Object.entries(disturbances)) {
    test(`committing locally changes nothing where ${what}`, async () => {
      await using scene = await aScene(open)
      const one = await work(scene.vcs, scene)
      await disturb(scene.user)
      const look = async () => [await git(scene.user, 'status', '--porcelain'), await git(scene.user, 'rev-parse', 'HEAD'), await filesOf(scene.user)]
      const before = await look()
      await assert.rejects(scene.vcs.commitLocal({ kind: 'local', path: scene.user }, aDelivery(one.id), never), { code: 'conflict' })
      assert.deepEqual(await look(), before)
    })
  }

  test('an unknown checkpoint and a name that is no branch are refused', async () => {
    await using scene = await aScene(open)
    const source = { kind: 'local', path: scene.user } as const
    const one = await work(scene.vcs, scene)
    await assert.rejects(scene.vcs.deliverBranch(source, aDelivery('0'.repeat(40)), never), { code: 'not-found' })
    await assert.rejects(scene.vcs.deliverBranch(source, aDelivery(one.id, { branch: '../escape' }), never), { code: 'invalid-input' })
  })
}

const disturbances: Readonly<Record<string, (user: string) => Promise<unknown>>> = {
  'a tracked file was changed': (user) => writeFiles(user, { 'lib/b.txt': 'mine\n' }),
  'something is staged': async (user) => {
    await writeFiles(user, { 'staged.txt': 'mine\n' })
    await git(user, 'add', 'staged.txt')
  },
  'the branch moved on': (user) => git(user, 'commit', '-q', '--allow-empty', '-m', 'meanwhile'),
  'an untracked file is in the way': (user) => writeFiles(user, { 'run-1.txt': 'mine\n' }),
  'no branch is checked out': (user) => git(user, 'checkout', '-q', '--detach'),
}

function describeRepositories(open: Open): void {
  test('inspecting tells branches, head and whether anything is uncommitted', async () => {
    await using scene = await aScene(open)
    await git(scene.user, 'branch', 'feature/x')
    const source = { kind: 'local', path: scene.user } as const
    const head = await git(scene.user, 'rev-parse', 'HEAD')
    const clean = await scene.vcs.inspect(source, never)
    await writeFiles(scene.user, { 'debug.log': 'ignored\n', 'new.txt': 'untracked\n' })
    assert.deepEqual([clean, (await scene.vcs.inspect(source, never)).dirty], [{ defaultBranch: 'main', head, branches: ['feature/x', 'main'], dirty: false }, true])
  })

  test('a directory becomes a repository with one commit of its unignored files', async () => {
    await using scene = await aScene(open)
    const sample = join(scene.directory, 'sample')
    await writeFiles(sample, committed)
    await writeFiles(sample, { 'debug.log': 'ignored\n' })
    const commit = await scene.vcs.init(sample, 'Sample', never)
    assert.deepEqual([await git(sample, 'log', '--format=%H %s', 'main'), await git(sample, 'status', '--porcelain'), await git(sample, 'ls-files')], [`${commit} Sample`, '', '.gitignore\na.txt\nlib/b.txt'])
    await assert.rejects(scene.vcs.init(sample, 'Again', never), { code: 'conflict' })
  })

  test('a missing path, a directory without repository and a missing remote are not found', async () => {
    await using scene = await aScene(open)
    await mkdir(join(scene.directory, 'plain'))
    for (const source of [{ kind: 'local', path: '/nonexistent/x' }, { kind: 'local', path: join(scene.directory, 'plain') }, { kind: 'remote', url: join(scene.directory, 'none.git') }] as const) {
      await assert.rejects(scene.vcs.inspect(source, never), { code: 'repository-not-found' })
      await assert.rejects(scene.vcs.open(aRequest(scene, { source }), never), { code: 'repository-not-found' })
    }
  })

  test('a repository without a commit is empty', async () => {
    await using scene = await aScene(open)
    const path = join(scene.directory, 'unborn')
    await mkdir(path)
    await git(path, 'init', '-q', '-b', 'main')
    assert.deepEqual(await scene.vcs.inspect({ kind: 'local', path }, never), { defaultBranch: 'main', head: null, branches: [], dirty: false })
    for (const source of [{ kind: 'local', path }, { kind: 'remote', url: path }] as const) {
      await assert.rejects(scene.vcs.open(aRequest(scene, { source }), never), { code: 'repository-empty' })
    }
  })

  test('a bare repository, a detached head and a linked worktree of the user can be sources', async () => {
    await using scene = await aScene(open)
    const [bare, linked, detached] = ['bare.git', 'linked', 'detached'].map((name) => join(scene.directory, name)) as [string, string, string]
    await git(scene.directory, 'clone', '-q', '--bare', scene.user, bare)
    await git(scene.user, 'worktree', 'add', '-q', linked)
    await makeRepository(detached, committed)
    await git(detached, 'checkout', '-q', '--detach')
    for (const [at, path] of [bare, linked, detached].entries()) {
      const source = { kind: 'local', path } as const
      await using workspace = await scene.vcs.open(aRequest(scene, { runId: `run-${at}`, source }), never)
      await writeFiles(workspace.path, { 'a.txt': 'worked\n' })
      const { id } = await workspace.checkpoint('one', never)
      await scene.vcs.deliverBranch(source, aDelivery(id), never).catch((error: unknown) => assert.fail(`${path}: ${String(error)}`))
      assert.equal(await git(path, 'show', 'codeforge/run-1:a.txt'), 'worked')
      await git(path, 'branch', '-D', 'codeforge/run-1')
    }
  })

  test('a repository that is deleted under a run refuses delivery; its checkpoints go on', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    await workspace.checkpoint('zero', never)
    await rename(scene.user, `${scene.user}-gone`)
    await rm(`${scene.user}-gone`, { recursive: true })
    await writeFiles(workspace.path, { 'a.txt': 'worked\n' })
    const one = await workspace.checkpoint('one', never)
    assert.equal(one.stat.files, 1)
    await assert.rejects(scene.vcs.deliverBranch({ kind: 'local', path: scene.user }, aDelivery(one.id), never), { code: 'repository-not-found' })
  })
}
