import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '@codeforge/contracts/config'
import { livingAttempts } from '@codeforge/agent/facts/spool'
import type { Collected, CorePorts } from '@codeforge/core/ports'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import type { Clock } from '@codeforge/ports/clock'
import type { Store } from '@codeforge/ports/store/store'
import type { Vcs } from '@codeforge/ports/vcs'

const dayMs = 86_400_000
const hourMs = 3_600_000
const batch = 200

export interface RetentionPorts {
  readonly store: Store
  readonly artifacts: ArtifactStore
  readonly vcs: Pick<Vcs, 'collect'>
  readonly clock: Clock
}

/** Removes what is past its time: runs with events and artifact entries, artifacts nobody refers to, checkpoints, old idempotency keys. */
export async function collectGarbage(ports: RetentionPorts, storage: Config['storage'], signal: AbortSignal): Promise<Collected> {
  const { store, clock } = ports
  const now = clock.now().getTime()
  const runs = await removeRuns(ports, new Date(now - storage.keepRunsDays * dayMs), signal)
  await store.idempotency.deleteBefore(new Date(now - dayMs))
  const { artifacts, bytes } = await removeArtifacts(ports, new Date(now - storage.keepUnreferencedHours * hourMs), signal)
  const freed = await ports.vcs.collect(async () => runsWithCheckpoints(ports, new Date(now - storage.keepCheckpointsDays * dayMs)), signal)
  return { runs, artifacts, bytes: bytes + freed }
}

async function removeRuns({ store }: RetentionPorts, before: Date, signal: AbortSignal): Promise<number> {
  let removed = 0
  for (;;) {
    signal.throwIfAborted()
    const ids = await store.runs.endedBefore(before, batch)
    for (const id of ids) {
      await store.transaction(async ({ runs, events }) => {
        await runs.delete(id)
        await events.deleteStream(`run.${id}`)
      })
    }
    removed += ids.length
    if (ids.length < batch) return removed
  }
}

async function removeArtifacts({ store, artifacts }: RetentionPorts, before: Date, signal: AbortSignal): Promise<{ artifacts: number; bytes: number }> {
  const removed = { artifacts: 0, bytes: 0 }
  for await (const { digest, size, storedAt } of artifacts.list()) {
    signal.throwIfAborted()
    if (storedAt >= before || await store.artifacts.refersTo(digest)) continue
    await artifacts.delete(digest)
    removed.artifacts += 1
    removed.bytes += size
  }
  return removed
}

/** Runs whose checkpoints are still wanted: those that have not ended, and those that ended lately. */
async function runsWithCheckpoints({ store }: RetentionPorts, since: Date): Promise<ReadonlySet<string>> {
  return new Set([...await store.runs.unfinished(), ...await store.runs.endedSince(since)])
}

/** Ids of the runs that a living process of this data directory works on. */
export async function runsUnderWay(spool: string): Promise<ReadonlySet<string>> {
  return new Set([...await livingAttempts(spool)].map((attempt) => attempt.split('.')[0] ?? ''))
}

/** Collects again and again while the process runs. */
export function startRetention(
  { clock, log }: Pick<CorePorts, 'clock' | 'log'>, { collectEveryMinutes }: Pick<Config['storage'], 'collectEveryMinutes'>, collect: (signal: AbortSignal) => Promise<object>,
): AsyncDisposable {
  const stopping = new AbortController()
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(collectEveryMinutes * 60_000, stopping.signal).catch(() => undefined)
      if (stopping.signal.aborted) return
      await collect(stopping.signal)
        .then((collected) => { log.info('collected what is past its time', { ...collected }) })
        .catch((error: unknown) => { log.warn('collection failed, will try again', { error }) })
    }
  }
  const running = loop()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('the host is stopping'))
      await running
    },
  }
}

/** Bytes of all files below a directory. */
export async function sizeOf(directory: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true }).catch(() => [])) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size
  }
  return bytes
}
