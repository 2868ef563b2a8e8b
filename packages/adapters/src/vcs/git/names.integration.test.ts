import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { access, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { aRequest, aScene, filesOf, git, makeRepository, type Scene, writeFiles } from '@codeforge/ports/testing/vcs-scene'
import { gitConfig, gitVcs } from '../git.ts'

const never = new AbortController().signal
const soon = () => AbortSignal.timeout(60_000)
const open = (dataDirectory: string) => gitVcs.open(gitConfig.parse({ dataDirectory }))
const source = (path: string) => ({ kind: 'local', path }) as const
const delivery = (checkpoint: string) => ({ checkpoint, branch: 'codeforge/run-1', message: 'Deliver', author: { name: 'A', email: 'a@example.org' } })

/** Commits a tree that git's own commands would refuse to make. */
async function plantCommit(scene: Scene, lines: readonly string[]): Promise<string> {
  const run = async (args: string[], input: string) => {
    const call = promisify(execFile)('git', args, { cwd: scene.user, env: { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_AUTHOR_NAME: 'U', GIT_AUTHOR_EMAIL: 'u@example.org', GIT_COMMITTER_NAME: 'U', GIT_COMMITTER_EMAIL: 'u@example.org' } })
    call.child.stdin?.on('error', () => {}).end(input) // not every one of them reads it
    return (await call).stdout.trim()
  }
  const blob = await run(['hash-object', '-w', '--stdin'], 'planted\n')
  const folder = await run(['mktree'], `100755 blob ${blob}\thooks\n`)
  const tree = await run(['mktree', '--missing'], lines.map((line) => `${line.replaceAll('BLOB', blob).replaceAll('FOLDER', folder)}\n`).join(''))
  const commit = await run(['commit-tree', tree, '-m', 'planted'], '')
  await git(scene.user, 'update-ref', 'refs/heads/planted', commit)
  return commit
}

describe('names and trees that lead somewhere else', { concurrency: 3 }, () => {
  for (const [what, line] of Object.entries({ '.git': '040000 tree FOLDER\t.git', '.GIT': '040000 tree FOLDER\t.GIT', 'git~1': '040000 tree FOLDER\tgit~1', '..': '040000 tree FOLDER\t..' })) {
    test(`a commit that holds ${what} is refused, and nothing is written`, async () => {
      await using scene = await aScene(open)
      const commit = await plantCommit(scene, ['100644 blob BLOB\ta.txt', line])
      await assert.rejects(scene.vcs.open(aRequest(scene, { baseRef: commit }), soon()), { code: 'git-failed', message: /invalid path/i })
      assert.deepEqual([await readdir(join(scene.directory, 'data/workspaces')), await readdir(scene.directory)], [[], ['data', 'user']])
    })
  }

  test('a link and a folder of one name in one commit cannot be used to write outside', async () => {
    await using scene = await aScene(open)
    const outside = join(scene.directory, 'outside')
    await mkdir(outside)
    await writeFile(join(scene.directory, 'target'), outside)
    const target = await git(scene.user, 'hash-object', '-w', join(scene.directory, 'target'))
    const commit = await plantCommit(scene, [`120000 blob ${target}\tx`, '040000 tree FOLDER\tx'])
    await scene.vcs.open(aRequest(scene, { baseRef: commit }), soon()).then((workspace) => workspace[Symbol.asyncDispose](), () => {})
    const twins = await plantCommit(scene, [`120000 blob ${target}\tA`, '040000 tree FOLDER\ta'])
    await using workspace = await scene.vcs.open(aRequest(scene, { baseRef: twins }), soon())
    assert.deepEqual([await readdir(outside), await filesOf(workspace.path)], [[], { A: `-> ${outside}`, 'a/hooks': 'planted\n' }])
  })

  test('names that some file system takes for .git are left out of checkpoints, and said', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    const names = ['.GIT/config', 'git~1/config', 'lib/.Git/hooks/pre-commit', '.git::$INDEX_ALLOCATION/config', '.g\u200cit/config']
    await writeFiles(workspace.path, Object.fromEntries([...names, 'good.txt'].map((name) => [name, 'x\n'])))
    const one = await workspace.checkpoint('one', soon())
    assert.deepEqual([one.omitted.toSorted(), await workspace.changes(zero.id, one.id, never)], [names.toSorted(), [{ path: 'good.txt', kind: 'added' }]])
  })

  test('names that differ only in case stay apart', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'A.TXT': 'upper\n', 'Lib/b.txt': 'upper\n', 'ä.txt': 'composed\n', 'a\u0308.txt': 'decomposed\n' })
    const files = await filesOf(workspace.path)
    const one = await workspace.checkpoint('one', never)
    await workspace.restore(zero.id, never)
    await workspace.restore(one.id, never)
    assert.deepEqual(await filesOf(workspace.path), files)
  })

  test('a diff shows names with line breaks and escape sequences quoted', async () => {
    await using scene = await aScene(open)
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'x\n+++ b/fake\n\u001b[2Jclear': 'x\n' })
    const one = await workspace.checkpoint('one', never)
    const patch = Buffer.from(await workspace.diff(zero.id, one.id, never))
    assert.ok(!patch.includes('\u001b') && !/^\+\+\+ b\/fake$/m.test(patch.toString()))
    await scene.vcs.applyPatch(scene.user, patch, { reverse: false }, never)
    assert.deepEqual(await filesOf(scene.user), await filesOf(workspace.path))
  })

  test('submodules are not fetched, whatever their addresses say', async () => {
    await using scene = await aScene(open)
    const traces = join(scene.directory, 'trace')
    await writeFiles(scene.user, { '.gitmodules': `[submodule "x"]\n\tpath = vendor\n\turl = ext::sh -c "touch ${traces}"\n\tupdate = !touch ${traces}\n\tbranch = .\n[submodule "../../y"]\n\tpath = -u./payload\n\turl = -u./payload\n` })
    const head = await git(scene.user, 'rev-parse', 'HEAD')
    await git(scene.user, 'update-index', '--add', '--cacheinfo', `160000,${head},vendor`)
    await git(scene.user, 'add', '.gitmodules')
    await git(scene.user, 'commit', '-qm', 'modules')
    await using workspace = await scene.vcs.open(aRequest(scene), never)
    const zero = await workspace.checkpoint('zero', never)
    await writeFiles(workspace.path, { 'a.txt': 'changed\n', 'vendor/inside.txt': 'x\n' })
    await makeRepository(join(workspace.path, 'vendor'), {}).catch(() => {})
    const one = await workspace.checkpoint('one', soon())
    await scene.vcs.deliverBranch(source(scene.user), delivery(one.id), never)
    assert.deepEqual([(await workspace.changes(zero.id, one.id, never)).map(({ path }) => path), await git(scene.user, 'ls-tree', 'codeforge/run-1', 'vendor')], [['a.txt'], `160000 commit ${head}\tvendor`])
    await assert.rejects(access(traces))
  })
})

describe('repositories of users that lead somewhere else', { concurrency: 3 }, () => {
  test('alternates that lead in circles or nowhere end; what they lend is there', async () => {
    await using scene = await aScene(open)
    const borrower = join(scene.directory, 'borrower')
    await git(scene.directory, 'clone', '-q', '--shared', scene.user, borrower)
    await writeFile(join(scene.user, '.git/objects/info/alternates'), `${borrower}/.git/objects\n/nonexistent/objects\n# a comment\n${'../'.repeat(40)}etc\n`)
    await using workspace = await scene.vcs.open(aRequest(scene, { source: source(borrower) }), soon())
    assert.equal((await filesOf(workspace.path))['a.txt'], 'one\n')
  })

  test('includes, worktree settings, replaced objects and grafts of the repository mean nothing', async () => {
    await using scene = await aScene(open)
    const trace = join(scene.directory, 'trace')
    await writeFiles(scene.directory, { included: `[core]\n\tfsmonitor = touch ${trace}\n[filter "x"]\n\tsmudge = touch ${trace}\n` })
    await git(scene.user, 'config', 'include.path', join(scene.directory, 'included'))
    await git(scene.user, 'config', 'extensions.worktreeConfig', 'true')
    await writeFiles(scene.user, { '.git/config.worktree': `[core]\n\tfsmonitor = touch ${trace}\n\tworktree = /\n\tbare = true\n`, '.gitattributes': '* filter=x\n', 'b.txt': 'evil\n' })
    await rm(join(scene.user, '.git/config.worktree'))
    await git(scene.user, '-c', 'core.fsmonitor=false', '-c', 'filter.x.smudge=cat', 'add', '-A').catch(() => {})
    await git(scene.user, '-c', 'core.fsmonitor=false', 'commit', '-qm', 'second').catch(() => {})
    const [first, second] = [await git(scene.user, 'rev-parse', 'HEAD~1').catch(() => ''), await git(scene.user, 'rev-parse', 'HEAD')]
    if (first !== '') await git(scene.user, 'update-ref', `refs/replace/${second}`, first)
    await rm(trace, { force: true })
    await writeFiles(scene.user, { '.git/config.worktree': `[core]\n\tfsmonitor = touch ${trace}\n\tworktree = /\n\tbare = true\n` })
    await using workspace = await scene.vcs.open(aRequest(scene), soon())
    await writeFiles(workspace.path, { 'a.txt': 'changed\n' })
    const one = await workspace.checkpoint('one', soon())
    await scene.vcs.inspect(source(scene.user), soon())
    await scene.vcs.deliverBranch(source(scene.user), delivery(one.id), soon())
    assert.equal(workspace.baseCommit, second)
    await assert.rejects(access(trace))
  })

  test('a repository whose HEAD, refs or objects are links that lead out is read only as far as git objects go', async () => {
    await using scene = await aScene(open)
    await writeFiles(scene.directory, { secret: 'top secret\n' })
    await rm(join(scene.user, '.git/HEAD'))
    await symlink(join(scene.directory, 'secret'), join(scene.user, '.git/HEAD'))
    const error = await scene.vcs.open(aRequest(scene), soon()).then(() => null, (failure: Error) => failure)
    assert.match(String(error), /HEAD of .* cannot be read/)
    assert.doesNotMatch(String(error), /top secret/)
  })

  test('an index that is not one stops nothing that does not need it', async () => {
    await using scene = await aScene(open)
    await writeFile(join(scene.user, '.git/index'), Buffer.from('DIRC\0\0\0\u0002\u00ff\u00ff\u00ff\u00ff not an index'))
    await using workspace = await scene.vcs.open(aRequest(scene), soon())
    await writeFiles(workspace.path, { 'a.txt': 'changed\n' })
    const { id } = await workspace.checkpoint('one', never)
    assert.equal((await scene.vcs.deliverBranch(source(scene.user), delivery(id), soon())).created, true)
    await assert.rejects(scene.vcs.commitLocal(source(scene.user), delivery(id), soon()), { code: /conflict|git-failed/ })
    assert.match(await readFile(join(scene.user, '.git/index'), 'latin1'), /not an index/)
  })
})
