import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { removeAbandoned } from './places.ts'
import type { WorkspaceDeps } from './workspace.ts'

export interface CollectOptions {
  /** Objects younger than this are kept: a checkpoint being made may need them. In git's words, such as `1.hour.ago`. */
  readonly expire: string
}

/** The runs that are wanted now. Asked after listing what is there, so that a run which begins meanwhile is not taken for a leftover. */
type Wanted = () => Promise<ReadonlySet<string>>

/** Removes workspaces, checkpoints and unused base clones of runs that are not in the set; returns the bytes freed. */
export async function collect(deps: WorkspaceDeps, wanted: Wanted, options: CollectOptions, signal: AbortSignal): Promise<number> {
  let freed = 0
  // Also of runs that are wanted: another process works on them, and what a killed one mounted stays until somebody takes it away.
  await removeAbandoned(deps)
  for (const root of [deps.layout.workspaces, deps.layout.attempts]) {
    const there = await namesIn(root)
    const keep = await wanted()
    for (const runId of there.filter((name) => !keep.has(name))) freed += await discard(deps, join(root, runId))
  }
  for (const key of await namesIn(deps.layout.repositories)) {
    const directory = join(deps.layout.repositories, key)
    if (key.endsWith('.lock')) continue
    freed += await deps.lock(directory, () => collectRepository(deps, { directory, key }, wanted, options, signal), signal)
  }
  await deps.trash.empty()
  return freed
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(() => [])
}

async function discard(deps: WorkspaceDeps, path: string): Promise<number> {
  await deps.overlays.release(path)
  const size = await sizeOf(path)
  await deps.trash.take(path)
  return size
}

async function repositoriesInUse(deps: WorkspaceDeps): Promise<ReadonlySet<string>> {
  const used = new Set<string>()
  for (const runId of await namesIn(deps.layout.attempts)) {
    for (const attempt of await namesIn(join(deps.layout.attempts, runId))) {
      used.add(await readFile(join(deps.layout.attempts, runId, attempt, 'repository'), 'utf8').catch(() => ''))
    }
  }
  return used
}

async function collectRepository(deps: WorkspaceDeps, { directory, key }: { readonly directory: string; readonly key: string }, wanted: Wanted, options: CollectOptions, signal: AbortSignal): Promise<number> {
  const shadow = join(directory, 'shadow.git')
  const environment = { GIT_DIR: shadow }
  const refs = (await deps.git.text({ args: ['for-each-ref', '--format=%(refname)', 'refs/checkpoints/'], environment }, signal)).split('\n').filter((ref) => ref !== '')
  const keep = await wanted()
  const stale = refs.filter((ref) => !keep.has(ref.split('/')[2] ?? ''))
  // Under the repository's lock, which a run that opens its workspace takes after it has said what it uses.
  const used = (await repositoriesInUse(deps)).has(key)
  if (stale.length > 0) await deps.git.run({ args: ['update-ref', '--stdin'], environment, stdin: stale.map((ref) => `delete ${ref}\n`).join('') }, signal)
  if (!used && stale.length === refs.length && (await isLocal(directory))) return discard(deps, directory)
  const unused = await deps.warm.collect(directory)
  if (stale.length === 0) return unused
  const before = await sizeOf(shadow)
  await deps.git.run({ args: ['pack-refs', '--all'], environment, answers: [0, 1, 128] }, signal)
  await deps.git.run({ args: ['repack', '-A', '-d', '-l', '-q', `--unpack-unreachable=${options.expire}`], environment }, signal)
  await deps.git.run({ args: ['prune', `--expire=${options.expire}`], environment }, signal)
  return unused + Math.max(0, before - (await sizeOf(shadow)))
}

/** The base clone of a local repository is made of links and costs nothing to make again; a remote one is kept. */
async function isLocal(directory: string): Promise<boolean> {
  return stat(join(directory, 'base.git', 'refs', 'bases')).then(() => true, () => false)
}

/** Bytes on disk below a path. Files that have another name elsewhere free nothing and are not counted. */
async function sizeOf(path: string): Promise<number> {
  let total = 0
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }).catch(() => [])) {
    const found = entry.isFile() ? await stat(join(entry.parentPath, entry.name)).catch(() => null) : null
    if (found?.nlink === 1) total += found.blocks * 512
  }
  return total
}
