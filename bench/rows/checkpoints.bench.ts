import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Family } from '../harness/family.ts'
import { git } from '../scenes/repository.ts'
import { never, openWorkspaces, type WorkspaceSettings } from '../scenes/workspaces.ts'

const names = { nothing: 'nothing changed', one: 'one changed file', named: 'one changed file, named' } as const
const file = 'src/part-100/module-2000.js'

function familyOf(where: string, settings: WorkspaceSettings, mostUnchangedMs: number): Family {
  return {
    name: `checkpoint, ${where}`,
    rows: [
      { name: names.nothing, unit: 'ms', comparedWith: 'git add --all, write-tree', marks: [{ of: 'ours', is: 'at most', value: mostUnchangedMs }] },
      { name: names.one, unit: 'ms', comparedWith: 'git add --all, write-tree, commit-tree, update-ref, diff-tree', marks: [] },
      { name: names.named, unit: 'ms', comparedWith: 'git add FILE, write-tree, commit-tree, update-ref, diff-tree', marks: [] },
    ],
    warmUps: 2,
    async open() {
      await using stack = new AsyncDisposableStack()
      const scene = stack.use(await openWorkspaces(settings))
      const workspace = stack.use(await scene.open('run'))
      await workspace.checkpoint('zero', never)
      const worktree = await scene.addWorktree('worktree')
      let count = 0
      const change = (root: string) => writeFile(join(root, file), `export const changed = ${(count += 1)}\n`)
      const byGit = async (add: string) => {
        await git(worktree.path, 'add', add)
        const commit = await git(worktree.path, 'commit-tree', await git(worktree.path, 'write-tree'), '-p', 'HEAD', '-m', 'checkpoint')
        await git(worktree.path, 'update-ref', 'refs/checkpoints/last', commit)
        await git(worktree.path, 'diff-tree', '-r', '--numstat', 'HEAD', commit)
      }
      const owned = stack.move()
      return {
        ours: async () => {
          await change(workspace.path)
          const one = await timed(() => workspace.checkpoint('one', never))
          await change(workspace.path)
          const named = await timed(() => workspace.checkpointOf('named', [file], never))
          await setTimeout(50) // as after a command that only looked: a change as young as this is looked at again
          await workspace.checkpoint('settled', never)
          const nothing = await timed(() => workspace.checkpoint('nothing', never))
          return { [names.one]: one, [names.named]: named, [names.nothing]: nothing }
        },
        baseline: async () => {
          await change(worktree.path)
          const one = await timed(() => byGit('--all'))
          await change(worktree.path)
          const named = await timed(() => byGit(file))
          const nothing = await timed(async () => {
            await git(worktree.path, 'add', '--all')
            await git(worktree.path, 'write-tree')
          })
          return { [names.one]: one, [names.named]: named, [names.nothing]: nothing }
        },
        [Symbol.asyncDispose]: () => owned.disposeAsync(),
      }
    },
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const overlayPossible = process.platform === 'linux' && process.getuid?.() === 0

export const families: readonly Family[] = [
  ...(overlayPossible ? [familyOf('laid over a warm checkout', { warmTrees: 1, overlay: true }, 5)] : []),
  familyOf('files of its own', { warmTrees: 1, overlay: false }, 25),
]
