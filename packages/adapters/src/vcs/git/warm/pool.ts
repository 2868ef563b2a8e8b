import { access, mkdir, readdir, rename, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { SnapshotArea } from '../area.ts'
import type { Git } from '../command.ts'
import type { Layout } from '../layout.ts'
import type { RepositoryLock } from '../lock.ts'
import type { Trash } from '../trash.ts'
import { checkoutBytes, makeTree } from './make-tree.ts'
import { isPacked, packCommit } from './pack-commit.ts'
import type { Overlays } from './overlay.ts'
import { claimTree, shareTree, type Taken } from './take-tree.ts'
import { listTrees, treesInUse, type WarmRepository, type WarmTree, warmDirectory } from './tree.ts'

export interface WarmOptions {
  /** Trees kept per repository; 0: none. */
  readonly perRepository: number
  /** Bytes that all trees of a data directory take; one more may be there while it is made. */
  readonly maxBytes: number
  /** Trees are made when no workspace was opened for this long: making one slows whoever checks out meanwhile. */
  readonly quietMs: number
}

export interface PoolDeps {
  readonly git: Git
  readonly layout: Layout
  readonly lock: RepositoryLock
  readonly trash: Trash
  readonly overlays: Overlays
}

/** Checkouts made ahead of the runs that will need them. Disposing it gives up what is being made. */
export interface WarmTrees extends AsyncDisposable {
  /** Puts a tree's files and index in the places of an area whose directories are empty; null where there is none. */
  take(repository: WarmRepository, area: SnapshotArea, commit: string): Promise<Taken | null>
  /** Sees to it, later and in the background, that the next run of this repository finds one, and its objects in a pack. */
  prepare(repository: WarmRepository, commit: string): void
  /** Removes trees that nobody used for a day, and what a killed process had begun; returns the bytes freed. */
  collect(repositoryDirectory: string): Promise<number>
}

const unusedMs = 86_400_000
/** Making a tree takes less: a draft this old is one that nobody will finish. */
const staleMs = 3_600_000
/** Where workspaces are opened all the time, trees are made all the same after so many quiet times. */
const mostWaits = 10

/** Makes the pool of a data directory. Several processes may share it. */
export function createWarmTrees(deps: PoolDeps, options: WarmOptions): WarmTrees {
  const wanted = new Map<string, { readonly repository: WarmRepository; readonly commit: string }>()
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let dueBy = 0
  let working: Promise<void> = Promise.resolve()
  const work = async () => {
    for (const [key, { repository, commit }] of wanted) {
      wanted.delete(key)
      // What fails here fails again, with a message, where a run opens the repository.
      for (const step of [packFirst, refill]) {
        if (!stopping.signal.aborted) await step(deps, options, repository, commit, stopping.signal).catch(() => {})
      }
    }
  }
  return {
    async take(repository, area, commit) {
      if (options.perRepository === 0) return null
      for (const tree of preferring(commit, await listTrees(repository.directory))) {
        const taken = (await deps.overlays.usable()) ? await shareTree(deps.overlays, tree, area) : await claimUnused(deps, tree, area)
        if (taken) return taken
      }
      return null
    },
    prepare(repository, commit) {
      if (stopping.signal.aborted) return
      if (wanted.size === 0) dueBy = performance.now() + mostWaits * options.quietMs
      wanted.set(repository.directory, { repository, commit })
      clearTimeout(timer)
      timer = setTimeout(() => (working = working.then(work)), Math.min(options.quietMs, Math.max(0, dueBy - performance.now()))).unref()
    },
    collect: (directory) => collectTrees(deps, directory),
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      stopping.abort()
      await working
    },
  }
}

function preferring(commit: string, trees: readonly WarmTree[]): readonly WarmTree[] {
  return [...trees.filter((tree) => tree.commit === commit), ...trees.filter((tree) => tree.commit !== commit)]
}

async function claimUnused(deps: PoolDeps, tree: WarmTree, area: SnapshotArea): Promise<Taken | null> {
  return (await treesInUse(deps.layout)).has(tree.directory) ? null : claimTree(tree, area)
}

/** Checkouts are faster from then on, those made ahead and those that a run waits for. */
async function packFirst({ git, lock }: PoolDeps, _options: WarmOptions, repository: WarmRepository, commit: string, signal: AbortSignal): Promise<void> {
  if (await isPacked(repository, commit)) return
  await access(repository.base) // it may have been given up meanwhile, and shall not come again
  await lock(warmDirectory(repository.directory), () => packCommit(git, repository, commit, signal), signal)
}

/** One process at a time fills up a repository's trees. A tree over which workspaces are laid serves any number of them. */
async function refill(deps: PoolDeps, options: WarmOptions, repository: WarmRepository, commit: string, signal: AbortSignal): Promise<void> {
  const enough = (await deps.overlays.usable()) ? 1 : options.perRepository
  const ready = async () => (await listTrees(repository.directory)).filter((tree) => tree.commit === commit).length
  if (options.perRepository === 0 || (await ready()) >= enough) return
  await mkdir(warmDirectory(repository.directory), { recursive: true })
  await deps.lock(warmDirectory(repository.directory), async () => {
    const bytes = await checkoutBytes(deps.git, repository, commit, signal)
    if (bytes > options.maxBytes) return
    for (let have = await ready(); have < enough; have++) {
      if (!(await makeRoom(deps, options, { repository, commit, bytes }))) return
      await makeTree(deps.git, repository, { commit, bytes }, signal)
    }
  }, signal)
}

/** Gives up trees until one more fits: of this repository those of other commits, then of all those that were used least lately. False where those in use are too many. */
async function makeRoom(deps: PoolDeps, options: WarmOptions, next: { readonly repository: WarmRepository; readonly commit: string; readonly bytes: number }): Promise<boolean> {
  const own = await listTrees(next.repository.directory)
  let excess = own.length + 1 - options.perRepository
  for (const tree of own.toReversed()) {
    if (excess > 0 && tree.commit !== next.commit && (await giveUp(deps, tree))) excess -= 1
  }
  if (excess > 0) return false
  const all = (await Promise.all((await readdir(deps.layout.repositories)).map((key) => listTrees(join(deps.layout.repositories, key))))).flat().sort((one, other) => one.usedAt - other.usedAt)
  let over = all.reduce((total, tree) => total + tree.bytes, next.bytes) - options.maxBytes
  for (const tree of all) {
    if (over > 0 && (await giveUp(deps, tree))) over -= tree.bytes
  }
  return over <= 0
}

/** Hidden first and looked at again then: a workspace may have been laid over it meanwhile. */
async function giveUp(deps: PoolDeps, tree: WarmTree): Promise<boolean> {
  const inUse = async () => (await treesInUse(deps.layout)).has(tree.directory)
  if (await inUse()) return false
  const hidden = join(dirname(tree.directory), `.gone-${basename(tree.directory)}`)
  await rename(tree.directory, hidden).catch(() => {}) // taken meanwhile
  if (await inUse()) {
    await rename(hidden, tree.directory)
    return false
  }
  await deps.trash.take(hidden)
  return true
}

async function collectTrees(deps: PoolDeps, repositoryDirectory: string): Promise<number> {
  const now = Date.now()
  let freed = 0
  const trees = await listTrees(repositoryDirectory)
  for (const tree of trees) {
    if (now - tree.usedAt > unusedMs && (await giveUp(deps, tree))) freed += tree.bytes
  }
  await removeOthers(deps, repositoryDirectory, new Set(trees.map(({ directory }) => directory)))
  return freed
}

/** What a killed process had begun to make or to give up, and trees from before a restart of the machine. */
async function removeOthers(deps: PoolDeps, repositoryDirectory: string, known: ReadonlySet<string>): Promise<void> {
  const warm = warmDirectory(repositoryDirectory)
  for (const path of (await readdir(warm).catch(() => [])).map((name) => join(warm, name)).filter((path) => !known.has(path))) {
    const made = await stat(path).catch(() => null) // taken meanwhile
    if (made && Date.now() - made.mtimeMs > staleMs) await deps.trash.take(path)
  }
}
