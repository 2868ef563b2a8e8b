import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { describeVcsContract } from '@codeforge/ports/testing/vcs'
import { aRequest, aScene, filesOf, git, type Scene, writeFiles } from '@codeforge/ports/testing/vcs-scene'
import { never, openWarmed, openWith, overlayPossible, warm, warmTreesOf } from '../testing/warmed.ts'
import { aboutFile } from './tree.ts'

const source = (scene: Scene) => ({ kind: 'local', path: scene.user }) as const
const data = (scene: Scene) => join(scene.directory, 'data')
const head = (scene: Scene) => git(scene.user, 'rev-parse', 'HEAD')

/** One run that comes and goes, and what it leads to in the background. */
async function warmUp(scene: Scene, count: number): Promise<void> {
  const workspace = await scene.vcs.open(aRequest(scene, { runId: 'warming' }), never)
  await workspace[Symbol.asyncDispose]()
  await warm(data(scene), source(scene), count, await head(scene))
}

async function mountsIn(scene: Scene): Promise<number> {
  return (await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')).split('\n').filter((line) => line.includes(` ${scene.directory}/`)).length
}

/** Another process with a workspace of the run `killed`; resolves when it has one. */
async function startElsewhere(scene: Scene, overlay: boolean) {
  const program = `
    const { openWith } = await import(${JSON.stringify(new URL('../testing/warmed.ts', import.meta.url).href)})
    const vcs = await openWith({ overlay: ${overlay}, warmTrees: 1 })(${JSON.stringify(data(scene))})
    const workspace = await vcs.open(${JSON.stringify(aRequest(scene, { runId: 'killed' }))}, new AbortController().signal)
    console.log(workspace.path)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'], cwd: fileURLToPath(new URL('.', import.meta.url)) })
  const [path] = await once(child.stdout, 'data') as [Buffer]
  assert.equal(dirname(dirname(path.toString().trim())), join(data(scene), 'workspaces'))
  return { async kill() { child.kill('SIGKILL'); await once(child, 'exit') } }
}

for (const overlay of [false, true]) {
  const how = overlay ? 'laid over a warm tree' : 'moved from a warm tree'
  const skip = overlay && !overlayPossible && 'this process may not mount'
  if (!skip) describeVcsContract(`git, ${how}`, (dataDirectory) => openWarmed({ overlay }, dataDirectory))

  describe(`workspaces ${how}`, { skip, concurrency: 3 }, () => {
    const open = openWith({ overlay })

    test('the second run has its files at once, without git reading them again, and the first one leaves nothing in it', async () => {
      await using scene = await aScene(open)
      await warmUp(scene, 1)
      const first = await scene.vcs.open(aRequest(scene), never)
      await writeFiles(first.path, { 'a.txt': 'changed\n', 'ignored.log': 'x\n', 'lib/.git/config': '[core]\n\tfsmonitor = /bin/false\n' })
      await chmod(join(first.path, 'lib/b.txt'), 0o755)
      await mkdir(join(first.path, 'an empty folder'))
      await first[Symbol.asyncDispose]()
      await warm(data(scene), source(scene), 1, await head(scene))
      await using second = await scene.vcs.open(aRequest(scene, { runId: 'run-2' }), never)
      assert.deepEqual(
        [await filesOf(second.path), (await readdir(second.path)).toSorted(), await git(second.path, 'status', '--porcelain', '--ignored'), (await second.checkpoint('zero', never)).tree],
        [{ '.gitignore': '*.log\nnode_modules/\n', 'a.txt': 'one\n', 'lib/b.txt': 'two\n' }, ['.git', '.gitignore', 'a.txt', 'lib'], '', await git(scene.user, 'rev-parse', 'HEAD^{tree}')],
      )
    })

    test('an untouched workspace is at the tree of its commit; what was done before the first look is seen, unless nobody says so', async () => {
      await using scene = await aScene(open)
      await warmUp(scene, 1)
      await using workspace = await scene.vcs.open(aRequest(scene), never)
      const tree = await git(scene.user, 'rev-parse', 'HEAD^{tree}')
      const untouched = await workspace.checkpointOf('zero', [], never)
      await writeFiles(workspace.path, { 'a.txt': 'changed\n' })
      await warm(data(scene), source(scene), 1, await head(scene))
      await using other = await scene.vcs.open(aRequest(scene, { runId: 'run-2' }), never)
      await writeFiles(other.path, { 'new.txt': 'new\n' })
      const [changed, begun] = [await workspace.checkpoint('one', never), await other.checkpoint('zero', never)]
      assert.deepEqual(
        [untouched.tree, untouched.stat.files, changed.stat.files, await other.changes(untouched.id, begun.id, never)],
        [tree, 0, 1, [{ path: 'new.txt', kind: 'added' }]],
      )
    })

    test('runs at the same time do not see each other', async () => {
      await using scene = await aScene(open)
      await warmUp(scene, 1)
      const workspaces = await Promise.all(Array.from({ length: 5 }, (_, at) => scene.vcs.open(aRequest(scene, { runId: `run-${at}` }), never)))
      await Promise.all(workspaces.map((workspace, at) => writeFiles(workspace.path, { 'a.txt': `by ${at}\n`, [`own-${at}.txt`]: 'x\n' })))
      const seen = await Promise.all(workspaces.map(async (workspace) => (await filesOf(workspace.path))['a.txt']))
      const files = await Promise.all(workspaces.map(async (workspace) => (await workspace.checkpoint('one', never)).stat))
      for (const workspace of workspaces) await workspace[Symbol.asyncDispose]()
      assert.deepEqual([seen, files.map((stat) => stat.files), await mountsIn(scene)], [['by 0\n', 'by 1\n', 'by 2\n', 'by 3\n', 'by 4\n'], [0, 0, 0, 0, 0], 0])
    })

    test('a commit that came later is moved to', async () => {
      await using scene = await aScene(openWith({ overlay, warmAfterMs: 0 }))
      await warmUp(scene, 1)
      await writeFiles(scene.user, { 'a.txt': 'second\n', 'new/c.txt': 'new\n' })
      await rm(join(scene.user, 'lib'), { recursive: true })
      await git(scene.user, 'add', '-A')
      await git(scene.user, 'commit', '-qm', 'second')
      await using workspace = await scene.vcs.open(aRequest(scene), never)
      assert.deepEqual([await filesOf(workspace.path), await git(workspace.path, 'status', '--porcelain')], [{ '.gitignore': '*.log\nnode_modules/\n', 'a.txt': 'second\n', 'new/c.txt': 'new\n' }, ''])
    })

    test('trees from before a restart of the machine and half made ones are not used', async () => {
      await using scene = await aScene(openWith({ overlay, warmTrees: 1 }))
      await warmUp(scene, 1)
      const [tree] = await warmTreesOf(data(scene), source(scene))
      assert.ok(tree)
      const about = JSON.parse(await readFile(join(tree.directory, aboutFile), 'utf8')) as object
      await writeFile(join(tree.directory, aboutFile), JSON.stringify({ ...about, boot: 'another' }))
      await appendFile(join(tree.files, 'a.txt'), 'lost by a crash\n')
      const half = join(dirname(tree.directory), 'half')
      await mkdir(join(half, 'files'), { recursive: true })
      await using workspace = await scene.vcs.open(aRequest(scene), never)
      assert.equal(await readFile(join(workspace.path, 'a.txt'), 'utf8'), 'one\n')
    })

    test('a repository whose checkout is larger than allowed gets none; other repositories give way by age', async () => {
      await using scene = await aScene(openWith({ overlay, warmTrees: 1, maxWarmBytes: 12_000 }))
      await warmUp(scene, 1)
      const other = join(scene.directory, 'other')
      await git(scene.directory, 'clone', '-q', scene.user, other)
      const request = aRequest(scene, { runId: 'run-2', source: { kind: 'local', path: other } })
      await (await scene.vcs.open(request, never))[Symbol.asyncDispose]()
      await warm(data(scene), request.source, 1, await head(scene))
      assert.deepEqual(await warmTreesOf(data(scene), source(scene)), [])
      await writeFiles(scene.user, { 'big.txt': 'x'.repeat(20_000) })
      await git(scene.user, 'add', '-A')
      await git(scene.user, 'commit', '-qm', 'big')
      await (await scene.vcs.open(aRequest(scene), never))[Symbol.asyncDispose]()
      await (await scene.vcs.open(request, never))[Symbol.asyncDispose]()
      await warm(data(scene), request.source, 1, await git(other, 'rev-parse', 'HEAD'))
      assert.deepEqual(await warmTreesOf(data(scene), source(scene)), [])
    })

    test('what a killed process left is taken away by the next one: its mount, its workspace, its layer', async () => {
      await using scene = await aScene(open)
      await warmUp(scene, 1)
      await scene.vcs[Symbol.asyncDispose]()
      const child = await startElsewhere(scene, overlay)
      await using alive = await open(data(scene))
      assert.equal(await mountsIn(scene), overlay ? 1 : 0, 'a living process keeps its workspace')
      await child.kill()
      await using next = await open(data(scene))
      assert.deepEqual([await mountsIn(scene), await readdir(join(data(scene), 'workspaces')), await readdir(join(data(scene), 'attempts'))], [0, [], []])
      await using workspace = await next.open(aRequest(scene, { runId: 'killed', attempt: 2 }), never)
      assert.equal(await git(workspace.path, 'status', '--porcelain'), '')
      await alive[Symbol.asyncDispose]()
    })

    test('a process that goes on with a run takes away what the killed one before it left', async () => {
      await using scene = await aScene(open)
      await warmUp(scene, 1)
      const child = await startElsewhere(scene, overlay)
      await using workspace = await scene.vcs.open(aRequest(scene, { runId: 'killed', attempt: 2 }), never)
      assert.deepEqual(await readdir(join(data(scene), 'attempts', 'killed')), ['1', '2'], 'a living process keeps its workspace')
      await child.kill()
      await using third = await scene.vcs.open(aRequest(scene, { runId: 'killed', attempt: 3 }), never)
      assert.deepEqual([await readdir(join(data(scene), 'attempts', 'killed')), await readdir(join(data(scene), 'workspaces', 'killed')), await mountsIn(scene)], [['2', '3'], ['2', '3'], overlay ? 2 : 0])
      assert.notEqual(third.path, workspace.path)
    })

    test('collecting takes away what a killed process left, also of a run that is wanted', async () => {
      await using scene = await aScene(open)
      await warmUp(scene, 1)
      const child = await startElsewhere(scene, overlay)
      const wanted = async () => new Set(['killed'])
      await scene.vcs.collect(wanted, never)
      assert.deepEqual([await readdir(join(data(scene), 'attempts')), await mountsIn(scene)], [['killed'], overlay ? 1 : 0])
      await child.kill()
      await scene.vcs.collect(wanted, never)
      assert.deepEqual([await readdir(join(data(scene), 'attempts')), await readdir(join(data(scene), 'workspaces')), await mountsIn(scene)], [[], [], 0])
    })
  })
}
