import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { DiffStat } from '@codeforge/contracts/fact'
import type { FileChange } from '@codeforge/ports/vcs'
import type { Git } from './command.ts'
import { writeObject, writeRef } from './object.ts'
import { splitZero } from './paths.ts'
import type { Repository } from './repository.ts'

/** A commit of the shadow repository: its parents are the base commit and, unless it is the first, the run's checkpoint 0. */
export interface ShadowCommit {
  readonly id: string
  readonly tree: string
  readonly base: string
  /** Checkpoint 0 of its run; itself where it is that. */
  readonly first: string
  readonly runId: string
  /** Seconds since 1970. */
  readonly at: number
}

const identity = 'CodeForge <checkpoint@codeforge.invalid>'

/** Ref that keeps a checkpoint until its run is collected. */
function refOf(runId: string, id: string): string {
  return `refs/checkpoints/${runId}/${id}`
}

export interface NewCheckpoint {
  readonly tree: string
  readonly base: string
  /** Null: this is checkpoint 0. */
  readonly first: string | null
  readonly runId: string
  readonly label: string
}

export interface Committed {
  readonly id: string
  /** Settles when the ref that keeps the checkpoint from being pruned is on disk; until then its age does. */
  readonly kept: Promise<void>
  /** Writes it again, where that failed. */
  keep(): Promise<void>
}

/** Commits a tree in the shadow repository, without starting git. */
export async function commitCheckpoint(repository: Repository, checkpoint: NewCheckpoint): Promise<Committed> {
  const parents = [checkpoint.base, ...(checkpoint.first === null ? [] : [checkpoint.first])]
  const label = checkpoint.label.replaceAll(/\p{Cc}+/gu, ' ').trim().slice(0, 200) || 'checkpoint'
  const by = `${identity} ${Math.floor(Date.now() / 1000)} +0000`
  const lines = [`tree ${checkpoint.tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${by}`, `committer ${by}`, '', label, '', `Run: ${checkpoint.runId}`, '']
  const id = await writeObject(join(repository.shadow, 'objects'), 'commit', Buffer.from(lines.join('\n')))
  const keep = async () => writeRef(repository.shadow, refOf(checkpoint.runId, id), id)
  const kept = keep()
  kept.catch(() => {}) // whoever needs it looks
  return { id, kept, keep }
}

async function keepCheckpoint(git: Git, repository: Repository, runId: string, id: string, signal: AbortSignal): Promise<void> {
  await git.run({ args: ['update-ref', refOf(runId, id), id], environment: { GIT_DIR: repository.shadow } }, signal)
}

/** Reads a checkpoint; null where this host does not have it. */
export async function findCheckpoint(git: Git, repository: Repository, id: string, signal: AbortSignal): Promise<ShadowCommit | null> {
  if (!/^[0-9a-f]{40}$/.test(id)) throw new CodeForgeError('invalid-input', `'${id.slice(0, 60)}' is not the id of a checkpoint.`)
  const answer = await git.run({ args: ['cat-file', 'commit', id], environment: { GIT_DIR: repository.shadow }, answers: [0, 1, 128] }, signal)
  if (answer.code !== 0) return null
  return parseCommit(id, answer.stdout.toString('utf8'))
}

/** Reads a checkpoint that must be here. */
export async function readCheckpoint(git: Git, repository: Repository, id: string, signal: AbortSignal): Promise<ShadowCommit> {
  const found = await findCheckpoint(git, repository, id, signal)
  if (found === null) throw new CodeForgeError('not-found', `There is no checkpoint ${id} of this repository.`)
  return found
}

function parseCommit(id: string, text: string): ShadowCommit {
  const tree = /^tree ([0-9a-f]{40})$/m.exec(text)?.[1]
  const [base, first] = [...text.matchAll(/^parent ([0-9a-f]{40})$/gm)].map((match) => match[1])
  const at = /^committer .*> (\d+) /m.exec(text)?.[1]
  const runId = /\n\nRun: (\S+)\n$/.exec(text)?.[1]
  if (!tree || !base || !at || !runId) throw new CodeForgeError('not-found', `${id} is not a checkpoint.`)
  return { id, tree, base, first: first ?? id, runId, at: Number(at) }
}

/** Everything of a checkpoint, and of its run's checkpoint 0, that its base commit does not have. */
export async function packCheckpoint(git: Git, repository: Repository, id: string, signal: AbortSignal): Promise<Uint8Array> {
  const { base } = await readCheckpoint(git, repository, id, signal)
  const args = ['pack-objects', '--revs', '--thin', '--stdout', '--quiet', '--delta-base-offset']
  return (await git.run({ args, environment: { GIT_DIR: repository.shadow }, stdin: `${id}\n^${base}\n` }, signal)).stdout
}

/** Takes in what `packCheckpoint` made on another host. The base clone must have the base commit. */
export async function unpackCheckpoint(git: Git, repository: Repository, id: string, bundle: Uint8Array, signal: AbortSignal): Promise<ShadowCommit> {
  await git.run({ args: ['index-pack', '--stdin', '--fix-thin'], environment: { GIT_DIR: repository.shadow }, stdin: bundle }, signal)
  const found = await readCheckpoint(git, repository, id, signal)
  await keepCheckpoint(git, repository, found.runId, id, signal)
  await keepCheckpoint(git, repository, found.runId, found.first, signal)
  return found
}

const compare = ['diff-tree', '-r', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color']

export interface Difference {
  /** Binary files count as files without lines. */
  readonly stat: DiffStat
  readonly changes: readonly FileChange[]
}

/** What differs between the two trees of each pair; all pairs in one process. */
export async function differencesOf(git: Git, repository: Repository, pairs: readonly { readonly from: string; readonly to: string }[], signal: AbortSignal): Promise<readonly Difference[]> {
  const call = { args: [...compare, '--raw', '--numstat', '-z', '--stdin'], environment: { GIT_DIR: repository.shadow }, stdin: pairs.map(({ from, to }) => `${from} ${to}\n`).join('') }
  const { stdout } = await git.run(call, signal)
  return parseDifferences(splitZero(stdout).map((part) => part.toString('utf8')))
}

/** One line with both trees before each difference; then for each file modes and kind, and its path; then for each file its counts. */
function parseDifferences(parts: readonly string[]): readonly Difference[] {
  const found: { stat: { files: number; insertions: number; deletions: number }; changes: FileChange[] }[] = []
  const kinds = { A: 'added', D: 'deleted' } as const
  for (let at = 0; at < parts.length; at += 1) {
    const part = (parts[at] ?? '').replace(/^(?:[0-9a-f]{40} [0-9a-f]{40}\n)+/, (headers) => {
      for (let left = headers.length / 82; left > 0; left -= 1) found.push({ stat: { files: 0, insertions: 0, deletions: 0 }, changes: [] })
      return ''
    })
    const difference = found.at(-1)
    if (part.startsWith(':')) {
      at += 1
      difference?.changes.push({ path: parts[at] ?? '', kind: kinds[part.at(-1) as 'A' | 'D'] ?? 'modified' })
    } else if (difference && part !== '') {
      const [insertions, deletions] = part.split('\t').map((count) => Number(count) || 0)
      difference.stat.files += 1
      difference.stat.insertions += insertions ?? 0
      difference.stat.deletions += deletions ?? 0
    }
  }
  return found
}

/** Which files differ between two checkpoints. */
export async function changesBetween(git: Git, repository: Repository, from: string, to: string, signal: AbortSignal): Promise<readonly FileChange[]> {
  const answer = await git.run({ args: [...compare, '--name-status', '-z', from, to], environment: { GIT_DIR: repository.shadow } }, signal)
  const parts = splitZero(answer.stdout).map((part) => part.toString('utf8'))
  const kinds = { A: 'added', D: 'deleted' } as const
  return parts.flatMap((part, at) => (at % 2 === 0 ? [{ path: parts[at + 1] ?? '', kind: kinds[part as 'A' | 'D'] ?? 'modified' }] : []))
}

/** Whether the rules by which files are converted differ between two trees. A change that rewrites them is written as it is, so that it cannot turn what it brings into something else. */
export async function rulesDiffer(git: Git, repository: Repository, from: string, to: string, signal: AbortSignal): Promise<boolean> {
  return (await changesBetween(git, repository, from, to, signal)).some(({ path }) => path.split('/').at(-1) === '.gitattributes')
}

/** The difference of two checkpoints as a patch that `git apply` takes, binary files included. */
export async function diffBetween(git: Git, repository: Repository, from: string, to: string, signal: AbortSignal): Promise<Uint8Array> {
  const args = [...compare, '-p', '--binary', '--full-index', '--src-prefix=a/', '--dst-prefix=b/', from, to]
  return (await git.run({ args, environment: { GIT_DIR: repository.shadow } }, signal)).stdout
}
