import type { BlobRef } from '@codeforge/contracts/blob'
import type { EventEnvelope, RunEventData } from '@codeforge/contracts/event'
import { JobId, RequestId } from '@codeforge/contracts/ids'
import type { QuestionStatus } from '@codeforge/contracts/question'
import type { JobRecord } from '@codeforge/ports/store/jobs'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CorePorts } from '../ports.ts'
import { releaseSlice, settleCost, utcDay } from './slices.ts'
import type { Amount } from './slices.ts'

/** What an event entails besides the run's own row, in the same transaction. */
export async function applyConsequences(
  ports: Pick<CorePorts, 'ids' | 'clock'>, repositories: Repositories, run: RunRecord, envelope: EventEnvelope, event: RunEventData,
): Promise<RunRecord> {
  switch (event.kind) {
    case 'model.completed':
    case 'model.failed':
      return settleCost(repositories, run, costOf(event), utcDay(ports.clock.now()))
    case 'question.asked':
      await repositories.questions.insert(run.view.tenant, {
        ...event.draft, id: event.questionId, runId: run.view.id, projectId: run.view.projectId, status: 'open',
        answer: null, note: null, askedAt: envelope.at, deadlineAt: event.deadlineAt, answeredAt: null, answeredBy: null,
      })
      return run
    case 'question.answered':
      await closeQuestion(repositories, envelope, event.questionId, 'answered', event.answer, event.note)
      return run
    case 'question.expired':
      await closeQuestion(repositories, envelope, event.questionId, 'expired', event.answer, null)
      return run
    case 'question.withdrawn':
      await closeQuestion(repositories, envelope, event.questionId, 'withdrawn', null, null)
      return run
    case 'run.resumed':
      if (run.state.status === 'queued') await repositories.jobs.insert(jobOf(ports, run))
      return run
    case 'attempt.lost':
    case 'attempt.released':
      await releaseJob(ports, repositories, run)
      return { ...(await releaseSlice(repositories, run)), lease: null }
    case 'run.waiting':
    case 'run.paused':
    case 'run.succeeded':
    case 'run.failed':
    case 'run.cancelled':
      await deleteJob(repositories, run)
      return { ...(await releaseSlice(repositories, run)), lease: null }
    default:
      await indexArtifacts(repositories, run, envelope, event)
      return run
  }
}

function costOf(event: Extract<RunEventData, { kind: 'model.completed' | 'model.failed' }>): Amount {
  const tokens = event.kind === 'model.completed' ? event.usage.promptTokens + event.usage.completionTokens : 0
  return { microUsd: event.costMicroUsd, tokens }
}

/** A run's job for the outbox; its publication starts at 0. */
export function jobOf({ ids, clock }: Pick<CorePorts, 'ids' | 'clock'>, run: RunRecord): JobRecord {
  const now = clock.now()
  const { view, pool, work } = run
  const requestId = 'runId' in work ? work.requestId : RequestId.parse(view.id)
  return {
    job: {
      id: JobId.parse(ids.next()), kind: 'run', pool, runId: view.id, projectId: view.projectId, tenant: view.tenant,
      requestId, work,
    },
    publication: 0,
    status: 'pending',
    priority: view.priority,
    exclusiveKey: run.exclusiveKey,
    notBefore: now,
    createdAt: now,
    publishedAt: null,
  }
}

async function releaseJob({ clock }: Pick<CorePorts, 'clock'>, { jobs }: Repositories, run: RunRecord): Promise<void> {
  const job = await jobs.findByRun(run.view.id)
  if (job) await jobs.release(job.job.id, clock.now())
}

async function deleteJob({ jobs }: Repositories, run: RunRecord): Promise<void> {
  const job = await jobs.findByRun(run.view.id)
  if (job) await jobs.delete(job.job.id)
}

async function closeQuestion(
  { questions }: Repositories, envelope: EventEnvelope, id: Parameters<Repositories['questions']['get']>[0],
  status: QuestionStatus, answer: string | null, note: string | null,
): Promise<void> {
  const question = await questions.get(id)
  if (!question) return
  await questions.save({ ...question, status, answer, note, answeredAt: envelope.at, answeredBy: envelope.actor })
}

async function indexArtifacts({ artifacts }: Repositories, run: RunRecord, envelope: EventEnvelope, event: RunEventData): Promise<void> {
  for (const [name, blob] of producedFiles(event, envelope)) {
    await artifacts.put({ runId: run.view.id, name, blob, createdAt: envelope.at })
  }
}

function producedFiles(event: RunEventData, { sequence }: EventEnvelope): (readonly [string, BlobRef])[] {
  const files: (readonly [string, BlobRef | null])[] = []
  if (event.kind === 'delivery.completed') files.push(['delivery/change.patch', event.patch])
  if (event.kind === 'context.packed') files.push(['context/pack.json', event.artifact])
  if (event.kind === 'setup.completed') files.push(['setup/output.log', event.output])
  if (event.kind === 'checkpoint.created') files.push([`checkpoints/${sequence}.bundle`, event.bundle])
  if (event.kind === 'checkpoint.restored') files.push(['gates/refused-change.patch', event.undone])
  if (event.kind === 'toolcall.completed') files.push([`toolcalls/${sequence}-${event.tool}.log`, event.output])
  if (event.kind === 'gate.passed' || event.kind === 'gate.failed') {
    files.push([`gates/${sequence}-${slug(event.receipt.gate)}.log`, event.receipt.output])
  }
  const named = files.filter((file): file is readonly [string, BlobRef] => file[1] !== null)
  const digests = new Set(named.map(([, { digest }]) => digest))
  return [...named, ...largeValues(event, sequence).filter(([, { digest }]) => !digests.has(digest))]
}

/** Values too large for an event live in the artifact store; the run's list must name them, or the collector would take them. */
function largeValues(event: RunEventData, sequence: number): (readonly [string, BlobRef])[] {
  const found: (readonly [string, BlobRef])[] = []
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return
    if ('kind' in value && value.kind === 'blob') found.push([`events/${sequence}${path}`, value as BlobRef])
    else for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`)
  }
  visit(event, '')
  return found
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 60)
}
