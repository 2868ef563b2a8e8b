import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { aRequest, aScene, git, writeFiles } from '@codeforge/ports/testing/vcs-scene'
import fc from 'fast-check'
import { never, openWarmed, overlayPossible } from './testing/warmed.ts'

const names = ['a.txt', 'lib/b.txt', 'lib', 'lib/new.txt', 'src', 'src/x/1.txt', 'src/x/2.txt', 'src/x', 'src/y', 'src/y/1.txt', 'debug.log', 'line\nbreak']
const name = fc.constantFrom(...names)
/** What an agent's commands do to files, without making one that would outlive the test. */
const act = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), name, text: fc.constantFrom('aaa\n', 'bbb\n', 'longer\n') }),
  fc.record({ kind: fc.constant('writeKeepingTime' as const), name, text: fc.constantFrom('aaa\n', 'bbb\n') }),
  fc.record({ kind: fc.constant('remove' as const), name }),
  fc.record({ kind: fc.constant('rename' as const), name, to: name }),
  fc.record({ kind: fc.constant('link' as const), name }),
  fc.record({ kind: fc.constant('execute' as const), name }),
  fc.record({ kind: fc.constant('folderAnew' as const), name }),
  fc.record({ kind: fc.constant('ignore' as const), text: fc.constantFrom('*.log\n', 'src/x\n', '') }),
  fc.record({ kind: fc.constant('nothing' as const) }),
)
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never

async function perform(root: string, act: Act): Promise<void> {
  const at = (path: string) => join(root, path)
  switch (act.kind) {
    case 'write': return put(at(act.name), act.text)
    case 'writeKeepingTime': {
      await put(at(act.name), act.text)
      return utimes(at(act.name), 1_000_000_000, 1_000_000_000)
    }
    case 'remove': return rm(at(act.name), { recursive: true })
    case 'rename': return rename(at(act.name), at(act.to))
    case 'link': return symlink('/etc/hostname', at(act.name))
    case 'execute': return chmod(at(act.name), 0o755)
    case 'folderAnew': {
      await rm(at(act.name), { recursive: true, force: true })
      return void (await mkdir(at(act.name), { recursive: true }))
    }
    case 'ignore': return writeFile(at('.gitignore'), act.text)
    case 'nothing': return
  }
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

/** The tree that git finds when it reads every file anew. What was recorded before stays so, also where it is ignored now. */
async function treeByGit(workTree: string, index: string, before: string): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_INDEX_FILE: index }
  const run = async (...args: string[]) => (await promisify(execFile)('git', args, { cwd: workTree, env })).stdout.trim()
  await rm(index, { force: true })
  await run('read-tree', before)
  await run('add', '-A')
  return run('write-tree')
}

describe('checkpoints that look only where something may have changed', { concurrency: 2 }, () => {
  for (const overlay of [true, false]) {
    test(`${overlay ? 'the upper layer' : 'the index'} tells every change, whatever is done to the files`, { skip: overlay && !overlayPossible && 'this process may not mount' }, async () => {
      await using scene = await aScene((directory) => openWarmed({ overlay }, directory))
      await writeFiles(scene.user, { 'src/x/1.txt': 'aaa\n', 'src/y/1.txt': 'aaa\n' })
      await git(scene.user, 'add', '-A')
      await git(scene.user, 'commit', '-qm', 'second')
      await using workspace = await scene.vcs.open(aRequest(scene), never)
      const { id: zero } = await workspace.checkpoint('zero', never)
      const property = fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 12 }), async (acts) => {
        await workspace.restore(zero, never)
        let before = 'HEAD'
        for (const act of acts) {
          await perform(workspace.path, act).catch(() => {}) // nothing there to remove, a folder in the way
          const { tree } = await workspace.checkpoint('next', never)
          before = await treeByGit(workspace.path, join(scene.directory, 'index'), before)
          assert.equal(tree, before)
        }
      })
      // A file that came and went between two looks at the clock's pace was once missed.
      const cameAndWent: [Act[]] = [[{ kind: 'link', name: 'line\nbreak' }, { kind: 'remove', name: 'line\nbreak' }, { kind: 'write', name: 'lib/new.txt', text: 'aaa\n' }, { kind: 'remove', name: 'lib/new.txt' }]]
      // Written twice in one second, as long as before and with a time set back: git's index alone sees no difference.
      const setBack: [Act[]] = [(['bbb\n', 'aaa\n', 'bbb\n'] as const).map((text) => ({ kind: 'writeKeepingTime', name: 'lib/new.txt', text } as const))]
      await fc.assert(property, { numRuns: 12, endOnFailure: true, examples: [cameAndWent, setBack] })
    })
  }
})
