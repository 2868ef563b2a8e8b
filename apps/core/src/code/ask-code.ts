import { BlobRef } from '@codeforge/contracts/blob'
import { codeResults } from '@codeforge/contracts/code'
import type { CodeKind, CodeQuestion, CodeRequest, CodeStatus } from '@codeforge/contracts/code'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { PoolName } from '@codeforge/contracts/job'
import type { Project } from '@codeforge/contracts/project'
import { remoteCode } from '@codeforge/ports/code-over-queue'
import type { z } from 'zod'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'

/** An answer about a project's repository, with how well it was known. */
export interface Answered<Kind extends CodeKind> {
  readonly status: CodeStatus
  readonly result: z.output<(typeof codeResults)[Kind]>
}

export interface CodeAsker {
  ask<Kind extends CodeKind>(project: Project, request: Extract<CodeRequest, { kind: Kind }>): Promise<Answered<Kind>>
}

/** Milliseconds that an answer may take [COD-06]; reading a large repository for the first time takes longest. */
const patienceMs = { index: 600_000, 'extract-graph': 600_000, 'deep-search': 330_000, pack: 60_000, other: 30_000 } as const
/** Milliseconds for which a pool that did not answer is not asked again [COD-08]. */
const cooldownMs = 30_000

/** Asks the workers that can see a project's repository. A pool that did not answer is left alone for a while, and says so. */
export function codeAsker({ queue, artifacts, clock }: Pick<CorePorts, 'queue' | 'artifacts' | 'clock'>, config: Pick<CoreConfig, 'localPathPool'>): CodeAsker {
  const poolOf = ({ source }: CodeQuestion): PoolName => (source.kind === 'local' ? config.localPathPool : 'default')
  const code = remoteCode(queue, poolOf)
  const silent = new Map<PoolName, number>()
  return {
    async ask(project, request) {
      const question: CodeQuestion = { projectId: project.id, source: sourceOf(project), request }
      const pool = poolOf(question)
      const silentFor = clock.monotonic() - (silent.get(pool) ?? -cooldownMs)
      if (silentFor < cooldownMs) throw noWorker(pool, Math.ceil((cooldownMs - silentFor) / 1000))
      const signal = AbortSignal.timeout(patienceOf(request.kind))
      const reply = await code.ask(question, signal).catch((error: unknown) => {
        if (!isSilence(error)) throw signal.aborted ? new CodeForgeError('timeout', 'The worker did not answer in time; the repository may still be read for the first time.', { cause: error }) : error
        silent.set(pool, clock.monotonic())
        throw noWorker(pool, cooldownMs / 1000, error)
      })
      silent.delete(pool)
      const blob = BlobRef.safeParse(reply.result)
      const json = blob.success ? Buffer.from(await artifacts.get(blob.data.digest, signal)).toString('utf8') : String(reply.result)
      const kind: CodeKind = request.kind
      return { status: reply.status, result: codeResults[kind].parse(JSON.parse(json)) as never }
    },
  }
}

function patienceOf(kind: CodeKind): number {
  return kind === 'index' || kind === 'pack' || kind === 'extract-graph' || kind === 'deep-search' ? patienceMs[kind] : patienceMs.other
}

function isSilence(error: unknown): boolean {
  return error instanceof CodeForgeError && (error.code === 'unavailable' || error.code === 'queue-unavailable')
}

function noWorker(pool: PoolName, seconds: number, cause?: unknown): CodeForgeError {
  return new CodeForgeError('unavailable', `No worker of the pool '${pool}' answers. It is asked again in ${seconds} s.`, { cause })
}

function sourceOf({ localPath, repoUrl }: Project): CodeQuestion['source'] {
  if (localPath !== null) return { kind: 'local', path: localPath }
  if (repoUrl !== null) return { kind: 'remote', url: repoUrl }
  throw new CodeForgeError('repository-not-found', 'The project has neither a path nor an address.')
}
