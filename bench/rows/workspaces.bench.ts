import type { Family, Mark } from '../harness/family.ts'
import { git } from '../scenes/repository.ts'
import { openWorkspaces, type Workspaces, type WorkspaceSettings } from '../scenes/workspaces.ts'

/** Runs of the sustained rows; all that they cause is waited for and counted, so more would only take longer. */
const inARow = 2
const overlayPossible = process.platform === 'linux' && process.getuid?.() === 0

/** One run after the other, each of which finds what was made ready for it, as far as anything was. */
function single(name: string, settings: WorkspaceSettings, mark: Mark): Family {
  const row = 'open and first git status'
  return {
    name,
    rows: [{ name: row, unit: 'ms', comparedWith: 'git worktree add and first git status', marks: [mark] }],
    async open() {
      const scene = await openWorkspaces(settings)
      let count = 0
      return {
        ours: async () => ({ [row]: await timeOurs(scene, (count += 1)) }),
        baseline: async () => ({ [row]: await timeWorktree(scene, (count += 1)) }),
        [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose](),
      }
    },
  }
}

async function timeOurs(scene: Workspaces, count: number): Promise<number> {
  const began = performance.now()
  const workspace = await scene.open(`run-${count}`)
  await git(workspace.path, 'status', '--porcelain')
  const took = performance.now() - began
  await workspace[Symbol.asyncDispose]()
  await scene.settle() // the baseline shall not pay for our work in the background
  return took
}

async function timeWorktree(scene: Workspaces, count: number): Promise<number> {
  const began = performance.now()
  const worktree = await scene.addWorktree(`worktree-${count}`)
  await git(worktree.path, 'status', '--porcelain')
  const took = performance.now() - began
  await worktree.remove()
  return took
}

/** Runs back to back with everything that they cause: checkouts made for later, and deleting. */
function sustained(name: string, settings: WorkspaceSettings): Family {
  const row = `one of ${inARow} back to back, all its costs counted`
  return {
    name,
    rows: [{ name: row, unit: 'ms', comparedWith: 'git worktree add, git status and removing it', marks: [] }],
    async open() {
      const scene = await openWorkspaces(settings)
      let count = 0
      const each = async (work: () => Promise<void>, after: () => Promise<void>) => {
        const began = performance.now()
        for (let at = 0; at < inARow; at += 1) await work()
        await after()
        return { [row]: (performance.now() - began) / inARow }
      }
      const ours = async () => {
        const workspace = await scene.open(`run-${(count += 1)}`)
        await git(workspace.path, 'status', '--porcelain')
        await workspace[Symbol.asyncDispose]()
      }
      const baseline = async () => {
        const worktree = await scene.addWorktree(`worktree-${(count += 1)}`)
        await git(worktree.path, 'status', '--porcelain')
        await worktree.remove()
      }
      return { ours: () => each(ours, () => scene.settle()), baseline: () => each(baseline, async () => {}), [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose]() }
    },
  }
}

const overlay: WorkspaceSettings = { warmTrees: 2, overlay: true }
const pool: WorkspaceSettings = { warmTrees: 2, overlay: false }
const cold: WorkspaceSettings = { warmTrees: 0, overlay: false }

export const families: readonly Family[] = [
  ...(overlayPossible ? [single('workspace, laid over a warm checkout', overlay, { of: 'ratio', is: 'at most', value: 0.2 }), sustained('workspaces back to back, laid over a warm checkout', overlay)] : []),
  single('workspace, a warm checkout moved there', pool, { of: 'ratio', is: 'at most', value: 0.2 }),
  sustained('workspaces back to back, warm checkouts moved there', pool),
  single('workspace, cold', cold, { of: 'ratio', is: 'at most', value: 0.85 }),
  single('workspace, cold, of a cloned repository', { ...cold, cloned: true }, { of: 'ratio', is: 'at most', value: 0.85 }),
]
