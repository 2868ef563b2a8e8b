import { messageLimit } from '@codeforge/contracts/blob'
import type { BlobRef, Digest } from '@codeforge/contracts/blob'
import { Mode } from '@codeforge/contracts/mode'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { PinnedWork, RunTerms, RunWork, WorkByTerms } from '@codeforge/contracts/run-work'
import type { StoredWork } from '@codeforge/contracts/run-work'
import type { ArtifactStore } from './artifact-store.ts'

/** Work larger than this travels by address, so that a job stays far below the queue's limit. */
const inlineWorkLimit = messageLimit / 2
/** Work whose texts have fewer characters is below it: JSON takes at most six bytes for one, and the rest is a kilobyte. */
const surelyInline = inlineWorkLimit / 8
/** Profiles, modes and terms that are remembered as read, and terms as written; each may have some ten kilobytes. */
const remembered = 100

/** Work as it is stored, and the digests that must stay in the artifact store for it. */
export interface Pinned {
  readonly work: StoredWork
  readonly terms: Digest
  readonly digests: readonly Digest[]
}

/** Keeps what runs have in common once (mode, profile, and their other terms), however many are pinned to it, and reads each once. */
export interface WorkPins {
  pin(work: RunWork, signal: AbortSignal): Promise<Pinned>
  /** What `pin` would answer, where it need not write anything: its parts were written before, and the rest is small. */
  known(work: RunWork): Pinned | null
  load(work: StoredWork, signal: AbortSignal): Promise<RunWork>
}

const opened = new WeakMap<Pick<ArtifactStore, 'get' | 'put'>, WorkPins>()

/** The pins that lie in an artifact store; always the same ones for the same store, so that what was read is remembered. */
export function workPinsOf(artifacts: Pick<ArtifactStore, 'get' | 'put'>): WorkPins {
  const pins = opened.get(artifacts) ?? openPins(artifacts)
  opened.set(artifacts, pins)
  return pins
}

function openPins(artifacts: Pick<ArtifactStore, 'get' | 'put'>): WorkPins {
  /** By the object itself: a catalogue hands out the same one until its file changes. */
  const addresses = new WeakMap<object, Promise<BlobRef>>()
  const written = new WeakMap<object, BlobRef>()
  /** By their text, since they are put together for each run. */
  const terms = new Remembered<string, Digest>()
  const parts = new Remembered<Digest, Mode | PolicyProfile | RunTerms>()

  const addressOf = async (part: Mode | PolicyProfile, signal: AbortSignal): Promise<BlobRef> => {
    const known =
      addresses.get(part) ??
      artifacts.put(Buffer.from(JSON.stringify(part)), 'application/json', signal).then((blob) => ({ ...blob, preview: '' }))
    addresses.set(part, known)
    try {
      const blob = await known
      written.set(part, blob)
      return blob
    } catch (error) {
      addresses.delete(part)
      throw error
    }
  }
  const partAt = async <Part extends Mode | PolicyProfile | RunTerms>(
    digest: Digest,
    schema: { parse(value: unknown): Part },
    signal: AbortSignal,
  ): Promise<Part> => parts.of(digest, async () => read(artifacts, digest, schema, signal)) as Promise<Part>
  return {
    async pin(work, signal) {
      const [mode, policy] = await Promise.all([addressOf(work.mode, signal), addressOf(work.policy, signal)])
      const { own, shared } = parted({ ...work, mode, policy })
      const text = JSON.stringify(shared)
      const digest = await terms.of(text, async () => (await artifacts.put(Buffer.from(text), 'application/json', signal)).digest)
      const pinned = pinnedBy(own, digest, mode, policy)
      if (isSmall(work)) return pinned
      const bytes = Buffer.from(JSON.stringify(pinned.work))
      return bytes.length <= inlineWorkLimit ? pinned : { ...pinned, work: await artifacts.put(bytes, 'application/json', signal) }
    },
    known(work) {
      const [mode, policy] = [written.get(work.mode), written.get(work.policy)]
      if (!mode || !policy || !isSmall(work)) return null
      const { own, shared } = parted({ ...work, mode, policy })
      const digest = terms.get(JSON.stringify(shared))
      return digest === undefined ? null : pinnedBy(own, digest, mode, policy)
    },
    async load(stored, signal) {
      const work = 'runId' in stored ? stored : await read(artifacts, stored.digest, workByAddress, signal)
      const pinned = 'terms' in work ? joined(work, await partAt(work.terms, RunTerms, signal)) : work
      if (!isPinned(pinned)) return pinned
      const [mode, policy] = await Promise.all([partAt(pinned.mode.digest, Mode, signal), partAt(pinned.policy.digest, PolicyProfile, signal)])
      return { ...pinned, mode, policy }
    },
  }
}

const isSmall = ({ material, prompt }: RunWork): boolean => material.length === 0 && prompt.length < surelyInline

function pinnedBy(own: Omit<WorkByTerms, 'terms'>, terms: Digest, mode: BlobRef, policy: BlobRef): Pinned {
  return { work: { ...own, terms }, terms, digests: [mode.digest, policy.digest, terms] }
}

/** What is being made or was made of each key; the oldest make room. What failed is tried again. */
class Remembered<Key, Value> {
  readonly #known = new Map<Key, Promise<Value>>()
  readonly #made = new Map<Key, Value>()

  /** What was made of a key, where it is remembered. */
  get(key: Key): Value | undefined {
    return this.#made.get(key)
  }

  async of(key: Key, make: () => Promise<Value>): Promise<Value> {
    const value = this.#known.get(key) ?? make()
    this.#known.delete(key)
    this.#known.set(key, value)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= remembered) break
      this.#known.delete(oldest)
      this.#made.delete(oldest)
    }
    try {
      const made = await value
      if (this.#known.has(key)) this.#made.set(key, made)
      return made
    } catch (error) {
      this.#known.delete(key)
      throw error
    }
  }
}

function parted(work: PinnedWork): { readonly own: Omit<WorkByTerms, 'terms'>; readonly shared: RunTerms } {
  const { runId, projectId, tenant, requestId, prompt, material, deliver, workspace, ...rest } = work
  const { baseRef, ...place } = workspace
  const { mode, ...named } = deliver
  return {
    own: { runId, projectId, tenant, requestId, prompt, material, baseRef, deliver: named },
    shared: { ...rest, workspace: place, deliver: { mode } },
  }
}

function joined({ terms: _, baseRef, deliver, ...own }: WorkByTerms, shared: RunTerms): PinnedWork {
  return { ...shared, ...own, workspace: { ...shared.workspace, baseRef }, deliver: { ...shared.deliver, ...deliver } }
}

const workByAddress = WorkByTerms.or(PinnedWork).or(RunWork)

function isPinned(work: PinnedWork | RunWork): work is PinnedWork {
  return 'digest' in work.mode
}

async function read<Value>(
  artifacts: Pick<ArtifactStore, 'get'>,
  digest: Digest,
  schema: { parse(value: unknown): Value },
  signal: AbortSignal,
): Promise<Value> {
  return schema.parse(JSON.parse(Buffer.from(await artifacts.get(digest, signal)).toString('utf8')))
}
