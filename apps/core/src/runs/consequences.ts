import type { BlobRef } from '@codeforge/contracts/blob'
import type { Artifact } from '@codeforge/contracts/artifact'
import type { RunEventData } from '@codeforge/contracts/event'
import { RequestId } from '@codeforge/contracts/ids'
import type { Actor, JobId, QuestionId } from '@codeforge/contracts/ids'
import type { QuestionStatus } from '@codeforge/contracts/question'
import type { JobRecord } from '@codeforge/ports/store/jobs'
import type { RunRecord } from '@codeforge/ports/store/runs'
import type { Repositories } from '@codeforge/ports/store/store'
import type { CorePorts } from '../ports.ts'
import { addLateSpend, releaseSlice, settleCost, Settlements, utcDay } from './slices.ts'
import type { Amount } from './slices.ts'

type Write = (repositories: Repositories) => Promise<void>

/** What events entail besides their runs' own rows, gathered to be written in the same transaction with few statements. */
export class Consequences {
  readonly settlements = new Settlements()
  readonly #artifacts: Artifact[] = []
  readonly #writes: Write[] = []

  file(artifact: Artifact): void {
    this.#artifacts.push(artifact)
  }

  write(write: Write): void {
    this.#writes.push(write)
  }

  /** Whether `apply` has asked for everything as soon as it is called. */
  get isAsked(): boolean {
    return this.#writes.length === 0
  }

  async apply(repositories: Repositories): Promise<void> {
    for (const write of this.#writes) await write(repositories)
    const settlements = this.settlements.list()
    await Promise.all([
      this.#artifacts.length > 0 && repositories.artifacts.putAll(this.#artifacts),
      // Last: other transactions wait for these purses until this one has ended.
      settlements.length > 0 && repositories.budgets.settleAll(settlements),
    ])
  }
}

/** The place of an event in its run's log, known before it is written. */
export interface Place {
  readonly sequence: number
  readonly at: string
  readonly actor: Actor
}

/** Adds what an event entails, and returns the run as it leaves it. */
export function addConsequences(ports: Pick<CorePorts, 'ids' | 'clock'>, consequences: Consequences, run: RunRecord, place: Place, event: RunEventData): RunRecord {
  switch (event.kind) {
    case 'model.completed':
    case 'model.failed':
    case 'toolcall.spent': {
      addFiles(consequences, run, place, event)
      return settleCost(consequences.settlements, run, costOf(event), utcDay(ports.clock.now()))
    }
    case 'spend.booked': {
      const cost = { microUsd: event.costMicroUsd, tokens: 0 }
      const isCurrent = run.state.attemptLive && run.state.attempt === event.attempt
      if (isCurrent) return settleCost(consequences.settlements, run, cost, utcDay(ports.clock.now()))
      addLateSpend(consequences.settlements, run, cost.microUsd, utcDay(ports.clock.now()))
      return run
    }
    case 'question.asked':
    case 'question.answered':
    case 'question.expired':
    case 'question.withdrawn':
      addQuestion(consequences, run, place, event)
      return run
    case 'run.resumed':
      if (run.state.status === 'queued') consequences.write(async ({ jobs }) => jobs.insert(jobOf(ports, run, ports.clock.now())))
      return run
    case 'attempt.lost':
    case 'attempt.released':
      consequences.write(async ({ jobs }) => jobs.releaseOf(run.view.id, ports.clock.now()))
      return { ...releaseSlice(consequences.settlements, run), lease: null }
    case 'run.waiting':
    case 'run.paused':
    case 'run.succeeded':
    case 'run.failed':
    case 'run.cancelled':
      consequences.write(async ({ jobs }) => jobs.deleteOf(run.view.id))
      return { ...releaseSlice(consequences.settlements, run), lease: null }
    default:
      addFiles(consequences, run, place, event)
      return run
  }
}

function addQuestion(
  consequences: Consequences, run: RunRecord, place: Place, event: Extract<RunEventData, { kind: `question.${string}` }>,
): void {
  switch (event.kind) {
    case 'question.asked':
      return consequences.write(async ({ questions }) => questions.insert(run.view.tenant, {
        ...event.draft, id: event.questionId, runId: run.view.id, projectId: run.view.projectId, status: 'open',
        answer: null, note: null, askedAt: place.at, deadlineAt: event.deadlineAt, answeredAt: null, answeredBy: null,
      }))
    case 'question.answered':
      return closeQuestion(consequences, place, event.questionId, 'answered', event.answer, event.note)
    case 'question.expired':
      return closeQuestion(consequences, place, event.questionId, 'expired', event.answer, null)
    case 'question.withdrawn':
      return closeQuestion(consequences, place, event.questionId, 'withdrawn', null, null)
    default:
      return event satisfies never
  }
}

function costOf(event: Extract<RunEventData, { kind: 'model.completed' | 'model.failed' | 'toolcall.spent' }>): Amount {
  const tokens = event.kind === 'model.failed' ? 0 : event.usage.promptTokens + event.usage.completionTokens
  return { microUsd: event.costMicroUsd, tokens }
}

/** A run's job for the outbox; its publication starts at 0. */
export function jobOf({ ids }: Pick<CorePorts, 'ids'>, run: RunRecord, now: Date): JobRecord {
  const { view, pool, work } = run
  const requestId = 'runId' in work ? work.requestId : RequestId.parse(view.id)
  return {
    job: {
      id: ids.next() as JobId, kind: 'run', pool, runId: view.id, projectId: view.projectId, tenant: view.tenant,
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

function closeQuestion(
  consequences: Consequences, place: Place, id: QuestionId, status: QuestionStatus, answer: string | null, note: string | null,
): void {
  consequences.write(async ({ questions }) => {
    const question = await questions.get(id)
    if (question) await questions.save({ ...question, status, answer, note, answeredAt: place.at, answeredBy: place.actor })
  })
}

function addFiles(consequences: Consequences, run: RunRecord, place: Place, event: RunEventData): void {
  for (const [name, blob] of producedFiles(event, place)) consequences.file({ runId: run.view.id, name, blob, createdAt: place.at })
}

function producedFiles(event: RunEventData, { sequence }: Place): (readonly [string, BlobRef])[] {
  const files: (readonly [string, BlobRef | null])[] = []
  if (event.kind === 'delivery.completed' || event.kind === 'delivery.failed') files.push(['delivery/change.patch', event.patch])
  if (event.kind === 'change.kept') files.push(['delivery/unfinished.patch', event.patch])
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
    else for (const [key, child] of Object.entries(value)) if (typeof child === 'object') visit(child, `${path}.${key}`)
  }
  visit(event, '')
  return found
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 60)
}
