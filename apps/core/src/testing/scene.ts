import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { systemClock } from '@codeforge/adapters/clock/system'
import { openInProcessQueue } from '@codeforge/adapters/queue/in-process'
import { uuidV7Ids } from '@codeforge/adapters/ids/uuid-v7'
import { postgresStore } from '@codeforge/adapters/store/postgres'
import { Config } from '@codeforge/contracts/config'
import type { ClaimReply } from '@codeforge/contracts/coordination'
import type { ErrorCode } from '@codeforge/contracts/error-code'
import type { EventEnvelope } from '@codeforge/contracts/event'
import type { Fact, OrdinalFact } from '@codeforge/contracts/fact'
import { HoldId, WorkerId } from '@codeforge/contracts/ids'
import type { ProjectId, RunId } from '@codeforge/contracts/ids'
import { Mode } from '@codeforge/contracts/mode'
import { noUsage } from '@codeforge/contracts/money'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { Project } from '@codeforge/contracts/project'
import type { Run } from '@codeforge/contracts/run'
import type { Clock } from '@codeforge/ports/clock'
import type { Queue } from '@codeforge/ports/queue'
import type { Store } from '@codeforge/ports/store/store'
import { manualClock } from '@codeforge/ports/testing/manual-clock'
import type { ManualClock } from '@codeforge/ports/testing/manual-clock'
import { memoryArtifactStore } from '@codeforge/ports/testing/memory-artifact-store'
import { memoryLog } from '@codeforge/ports/testing/memory-log'
import type { MemoryLog } from '@codeforge/ports/testing/memory-log'
import { postgresServer } from '@codeforge/testing/postgres-server'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import { compose } from '../compose.ts'
import type { Core } from '../compose.ts'
import type { CoreConfig } from '../core-config.ts'
import type { Catalogue, CorePorts } from '../ports.ts'
import { memoryPolicies } from './memory-policies.ts'

const token = 'test-token'
const unlimited = 1_000_000

/** An answer of the API. */
export interface Answer<Body = unknown> {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Body
}

export interface CallOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Core on a real database, spoken to without a socket. Tests of one file share it, each with projects and runs of its own. */
export interface Scene extends AsyncDisposable {
  readonly core: Core
  readonly ports: CorePorts & { readonly store: Store; readonly queue: Queue; readonly log: MemoryLog }
  readonly config: CoreConfig
  readonly clock: ManualClock
  call<Body>(method: string, path: string, options?: CallOptions): Promise<Answer<Body>>
  project(change?: Partial<Project>): Promise<ProjectId>
  run(projectId: ProjectId, change?: Readonly<Record<string, unknown>>): Promise<RunId>
  show(run: RunId): Promise<Run>
  events(run: RunId): Promise<readonly EventEnvelope[]>
  kinds(run: RunId): Promise<readonly string[]>
  /** Claims the run's job as if it had been delivered. */
  claim(run: RunId, workerId: WorkerId, publication?: number): Promise<ClaimReply>
  worker(): WorkerId
  /** Another core on the same store and queue, as after a restart. */
  again(): Promise<Scene>
}

export interface SceneOptions {
  readonly config?: Readonly<Record<string, unknown>>
  /** The machine's clock instead of one that the test moves. */
  readonly realTime?: boolean
  readonly dataBytes?: () => number
  /** What the model endpoint lists. */
  readonly models?: readonly string[]
}

/** Opens a database server of its own with core on top. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await postgresServer())
  const store = stack.use(await postgresStore.open(postgresStore.config.parse({ url })))
  await store.migrate(async () => undefined)
  const queue = stack.use(openInProcessQueue({ leaseMs: 30_000, maxDeliveries: 25 }))
  const manual = manualClock(new Date())
  const clock: Clock = options.realTime ? await systemClock.open({}) : manual
  const analyse = await createShellAnalyser()
  const ports = {
    store, queue, clock,
    artifacts: memoryArtifactStore(),
    ids: await uuidV7Ids.open({}),
    log: memoryLog(),
    policies: memoryPolicies([policy]),
    analyse,
    modes: catalogue([mode, reader, supervised], ({ id }) => id),
    secrets: (scope: string) => (scope === 'forge' ? 'a secret' : null),
    models: async () => options.models ?? [],
    maintenance: {
      backUp: async () => 'nowhere', collect: async () => ({ runs: 0, artifacts: 0, bytes: 0 }), dataBytes: async () => options.dataBytes?.() ?? 0,
    },
  }
  const scene = await sceneOn(ports, configOf(options.config ?? {}), manual, stack)
  const owned = stack.move()
  return { ...scene, [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}

async function sceneOn(ports: Scene['ports'], config: CoreConfig, clock: ManualClock, stack: AsyncDisposableStack): Promise<Omit<Scene, keyof AsyncDisposable>> {
  const core = stack.use(await compose(ports, config))
  const call = caller(core)
  const { store, ids } = ports
  return {
    core, ports, config, clock, call,
    async project(change = {}) {
      const { status, body } = await call<Project>('POST', '/api/v1/projects', { body: { name: 'Sample', localPath: `/repositories/${ids.next()}`, ...change } })
      assert.equal(status, 201, JSON.stringify(body))
      return body.id
    },
    async run(projectId, change = {}) {
      const { status, body } = await call<{ id: RunId }>('POST', '/api/v1/runs', { body: { projectId, prompt: 'fix the failing test', ...change } })
      assert.equal(status, 202, JSON.stringify(body))
      return body.id
    },
    show: async (run) => (await call<Run>('GET', `/api/v1/runs/${run}`)).body,
    events: async (run) => store.events.read(`run.${run}`, 0, unlimited),
    kinds: async (run) => (await store.events.read(`run.${run}`, 0, unlimited)).map(({ kind }) => kind),
    async claim(run, workerId, publication) {
      const job = await store.jobs.findByRun(run)
      assert.ok(job, 'the run has a job')
      const request = { jobId: job.job.id, runId: run, publication: publication ?? Math.max(1, job.publication), workerId }
      return core.coordinator.claim(request, AbortSignal.timeout(10_000))
    },
    worker: () => WorkerId.parse(ids.next()),
    async again() {
      const own = new AsyncDisposableStack()
      return { ...await sceneOn(ports, config, clock, own), [Symbol.asyncDispose]: async () => own.disposeAsync() }
    },
  }
}

function caller({ app }: Core): Scene['call'] {
  return async <Body>(method: string, path: string, { body, headers }: CallOptions = {}): Promise<Answer<Body>> => {
    const answer = await app.inject({
      method: method as 'GET', url: path,
      headers: { host: '127.0.0.1:4747', authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const json = String(answer.headers['content-type'] ?? '').startsWith('application/json')
    return { status: answer.statusCode, headers: answer.headers, body: (json ? answer.json() : answer.body) as Body }
  }
}

/** The body of a refusal. */
export interface Refusal {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly help: string; readonly details: { readonly issues?: readonly { path: string }[] }; readonly requestId: string }
}

/** What a refusal amounts to. */
export function refused({ status, body }: Answer): readonly [number, ErrorCode] {
  return [status, (body as Refusal).error.code]
}

export function configOf(change: Readonly<Record<string, unknown>>): CoreConfig {
  const { server, budget, runs, storage, llm, retrieval } = Config.parse({
    llm: { baseUrl: 'http://127.0.0.1:1/v1', model: 'priced' }, server: { requestsPerMinute: 1_000_000, port: 0 }, ...change,
  })
  return {
    version: '0.0.0-test', server, budget, runs, storage, llm, retrieval,
    prices: { priced: { prompt: 10_000_000, completion: 10_000_000 } },
    queueAdapter: 'in-process', localPathPool: 'host-test', dataDirectory: tmpdir(), dashboardDirectory: null, token,
  }
}

function catalogue<Item>(items: readonly Item[], nameOf: (item: Item) => string): Catalogue<Item> {
  return { get: (name) => items.find((item) => nameOf(item) === name), list: () => items.map((item) => ({ item, preset: true })) }
}

const policy = PolicyProfile.parse({
  name: 'headless-safe-sandbox', description: 'For tests.', termination: { kind: 'max-turns', turns: 50 }, maxCostMicroUsd: 1_000_000,
})
// One call is worth at most 8,000 + 2,000 tokens: 100,000 micro-dollars at the price of the model 'priced'; a slice is two calls.
export const callMicroUsd = 100_000
const mode = Mode.parse({ id: 'coder', name: 'Coder', description: 'Writes.', tools: ['*'], prompt: 'coder.md', maxOutputTokens: 2000, promptTemplate: 'You code.' })
const reader = Mode.parse({ ...mode, id: 'reader', edits: false })
const supervised = Mode.parse({ ...mode, id: 'supervised', autonomy: 1 })

/** Facts with their places, from an ordinal on. */
export function ordinals(facts: readonly Fact[], from = 1): OrdinalFact[] {
  return facts.map((fact, index) => ({ ordinal: from + index, at: '2026-01-31T12:00:00.000Z', fact }))
}

const holds = { last: 0 }

/** A hold's id that no other fact has. */
export function nextHold(): HoldId {
  holds.last += 1
  return HoldId.parse(`00000000-0000-7000-8000-${holds.last.toString(16).padStart(12, '0')}`)
}

export const fact = {
  opened: { kind: 'workspace.opened', baseCommit: null, tree: 't0', sandbox: 'mount', reused: [] },
  guidance: (text = 'go on'): Fact => ({ kind: 'guidance.added', text }),
  checkpoint: (tree: string): Fact => ({ kind: 'checkpoint.created', checkpoint: `c-${tree}`, tree, label: 'edit', stat: { files: 1, insertions: 1, deletions: 0 }, bundle: null }),
  completed: (costMicroUsd: number, holdId = nextHold()): Fact => ({
    kind: 'model.completed', turn: 1, model: 'priced', text: 'done', toolCalls: [], finish: 'stop', usage: { ...noUsage, promptTokens: 100, completionTokens: 10 },
    costMicroUsd, costSource: 'price-table', durationMs: 5, firstTokenMs: null, holdId,
  }),
  passed: (gate: string, tree: string): Fact => ({
    kind: 'gate.passed', baseline: false, receipt: {
      gate, command: 'npm test', passed: true, reason: 'it passed', exitCode: 0, durationMs: 1, tree, output: null, counts: null, baseline: null, definitionChanges: [],
    },
  }),
  delivered: (tree: string): Fact => ({
    kind: 'delivery.completed', mode: 'branch', tree, branch: 'codeforge/x', commit: 'abc', patch: null, stat: { files: 1, insertions: 1, deletions: 0 },
  }),
  asked: (deadlineSeconds = 3600, subjects = ['call-1']): Fact => ({
    kind: 'work.ended', result: { kind: 'asked', questions: subjects.map((subject) => ({
      topic: 'toolcall', subject, title: 'May it push?', detail: '', options: [{ id: 'yes', label: 'Yes' }, { id: 'no', label: 'No' }], fallback: 'no', deadlineSeconds,
    })) },
  }),
  paused: { kind: 'work.ended', result: { kind: 'paused' } },
  handedOver: { kind: 'work.ended', result: { kind: 'handed-over' } },
  cancelled: { kind: 'work.ended', result: { kind: 'cancelled' } },
  finished: { kind: 'work.ended', result: { kind: 'finished', summary: 'fixed' } },
} as const satisfies Record<string, Fact | ((...args: never[]) => Fact)>

/** Everything from the first checkpoint to a proved delivery. */
export const goodWork: readonly Fact[] = [fact.opened, fact.checkpoint('t1'), fact.delivered('t1'), fact.finished]
