import { messageLimit } from '@codeforge/contracts/blob'
import type { BlobRef, Digest } from '@codeforge/contracts/blob'
import { Mode } from '@codeforge/contracts/mode'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { PinnedWork, RunWork } from '@codeforge/contracts/run-work'
import type { StoredWork } from '@codeforge/contracts/run-work'
import type { ArtifactStore } from './artifact-store.ts'

/** Work larger than this travels by address, so that a job stays far below the queue's limit. */
const inlineWorkLimit = messageLimit / 2
/** Profiles and modes that are remembered as read; each may have some ten kilobytes. */
const remembered = 100

/** Work as it is stored, and the digests that must stay in the artifact store for it. */
export interface Pinned {
  readonly work: StoredWork
  readonly digests: readonly Digest[]
}

/** Keeps mode and profile of each run once, however many runs are pinned to them, and reads each once. */
export interface WorkPins {
  pin(work: RunWork, signal: AbortSignal): Promise<Pinned>
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
  const parts = new Map<Digest, Promise<Mode | PolicyProfile>>()

  const addressOf = async (part: Mode | PolicyProfile, signal: AbortSignal): Promise<BlobRef> => {
    const known =
      addresses.get(part) ??
      artifacts.put(Buffer.from(JSON.stringify(part)), 'application/json', signal).then((blob) => ({ ...blob, preview: '' }))
    addresses.set(part, known)
    return known.catch((error: unknown) => {
      addresses.delete(part)
      throw error
    })
  }
  const partAt = async <Part extends Mode | PolicyProfile>(
    { digest }: BlobRef,
    schema: { parse(value: unknown): Part },
    signal: AbortSignal,
  ): Promise<Part> => {
    const known = parts.get(digest) ?? read(artifacts, digest, schema, signal)
    parts.delete(digest)
    parts.set(digest, known)
    for (const oldest of parts.keys()) {
      if (parts.size <= remembered) break
      parts.delete(oldest)
    }
    return (known as Promise<Part>).catch((error: unknown) => {
      parts.delete(digest)
      throw error
    })
  }
  return {
    async pin(work, signal) {
      const [mode, policy] = await Promise.all([addressOf(work.mode, signal), addressOf(work.policy, signal)])
      const pinned: PinnedWork = { ...work, mode, policy }
      const digests = [mode.digest, policy.digest]
      const bytes = Buffer.from(JSON.stringify(pinned))
      return { work: bytes.length <= inlineWorkLimit ? pinned : await artifacts.put(bytes, 'application/json', signal), digests }
    },
    async load(stored, signal) {
      const work = 'runId' in stored ? stored : await read(artifacts, stored.digest, workByAddress, signal)
      if (!isPinned(work)) return work
      const [mode, policy] = await Promise.all([partAt(work.mode, Mode, signal), partAt(work.policy, PolicyProfile, signal)])
      return { ...work, mode, policy }
    },
  }
}

const workByAddress = PinnedWork.or(RunWork)

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
