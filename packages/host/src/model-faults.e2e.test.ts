import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ScriptedReply } from '@codeforge/contracts/model-script'
import type { FaultInput } from '@codeforge/scripted-model/fault'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import type { ScriptedModelServer } from '@codeforge/scripted-model/server'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { embedded, ended, eventsOf, fixingScript, modelSettings, sampleRepository } from './testing/columns.ts'
import type { Column, RecordedEvent } from './testing/columns.ts'

type Asked = Parameters<NonNullable<Parameters<typeof scriptedModelServer>[0]['handler']>>[0]

/** What the model does wrong in the run whose prompt names it: instead of its so-many-th answer, or once before it. */
interface Misbehaviour {
  readonly fault?: (request: number) => FaultInput | null
  readonly reply?: (turn: number) => Partial<ScriptedReply> | null
}

const sameCall = { toolCalls: [{ tool: 'read_file', args: { path: 'package.json' } }] }
const onceAt = (request: number, fault: FaultInput) => (count: number): FaultInput | null => (count === request ? fault : null)

const misbehaviours: Readonly<Record<string, Misbehaviour>> = {
  'rate-limited': { fault: onceAt(2, { kind: 'status', status: 429, headers: { 'retry-after': '2' } }) },
  'rate-limited-for-hours': { fault: () => ({ kind: 'status', status: 429, headers: { 'retry-after': '7200' } }) },
  'server-error': { fault: onceAt(1, { kind: 'status', status: 500 }) },
  'cut': { fault: onceAt(3, { kind: 'cut', after: 2 }) },
  'garbage': { fault: onceAt(3, { kind: 'garbage' }) },
  'malformed-arguments': { fault: onceAt(2, { kind: 'malformed-arguments' }) },
  'unknown-tool': { reply: (turn) => (turn === 0 ? { toolCalls: [{ tool: 'format_disk', args: {} }] } : null) },
  'endless-loop': { reply: () => sameCall },
  'never-answers': { fault: () => ({ kind: 'never-answers' }) },
}

const nameOf = (request: Asked): string => /misbehaviour ([a-z-]+)\./.exec(JSON.stringify(request.messages))?.[1] ?? ''
const turnOf = ({ messages }: Asked): number => messages.filter(({ role }) => role === 'assistant').length

async function misbehavingModel(): Promise<ScriptedModelServer & { readonly times: ReadonlyMap<string, number[]> }> {
  const times = new Map<string, number[]>()
  const script = fixingScript('ls').turns
  const server = await scriptedModelServer({
    handler: (request) => {
      const turn = turnOf(request)
      const offset = nameOf(request) === 'unknown-tool' || nameOf(request) === 'malformed-arguments' ? 1 : 0
      return misbehaviours[nameOf(request)]?.reply?.(turn) ?? asReply(script[Math.max(0, turn - offset)])
    },
    faults: (_, request) => {
      const name = nameOf(request)
      times.set(name, [...(times.get(name) ?? []), performance.now()])
      return misbehaviours[name]?.fault?.(times.get(name)?.length ?? 0) ?? null
    },
  })
  return Object.assign(server, { times })
}

function asReply(turn: ReturnType<typeof fixingScript>['turns'][number] | undefined): Partial<ScriptedReply> {
  return { text: turn?.text ?? 'Done.', toolCalls: turn && 'toolCalls' in turn ? turn.toolCalls : [] }
}

describe('a model that misbehaves', { concurrency: true }, () => {
  const stack = new AsyncDisposableStack()
  let model: Awaited<ReturnType<typeof misbehavingModel>>
  let column: Column
  let project = ''

  before(async () => {
    model = stack.use(await misbehavingModel())
    column = stack.use(await embedded({
      ...modelSettings(model), CODEFORGE_WORKER_SLOTS: '9', CODEFORGE_RUNS_MAX_CONCURRENT_PER_PROJECT: '9',
    }))
    const repository = await sampleRepository(stack.use(await temporaryDirectory('repository')).path)
    project = String((await column.ask('POST', '/projects', { name: 'Sample', localPath: repository }))['id'])
  })
  after(async () => stack.disposeAsync())

  interface Played { readonly outcome: unknown, readonly code: unknown, readonly message: string, readonly events: readonly RecordedEvent[], readonly requests: readonly number[] }

  async function play(name: string, where = { column, project }): Promise<Played> {
    const { column, project } = where
    const { id } = await column.ask('POST', '/runs', { projectId: project, prompt: `Fix it in spite of the misbehaviour ${name}.` })
    const { outcome } = await ended(column.ask, String(id))
    const events = await eventsOf(column.ask, String(id))
    const failed = events.find(({ kind }) => kind === 'run.failed')?.data
    return { outcome, code: failed?.['code'] ?? null, message: String(failed?.['message'] ?? ''), events, requests: model.times.get(name) ?? [] }
  }

  const failures = (events: readonly RecordedEvent[]) => events.filter(({ kind }) => kind === 'model.failed').map(({ data }) => [data['code'], data['willRetry']])

  test('by saying when to come again is asked again then, and not before', async () => {
    const { outcome, events, requests } = await play('rate-limited')
    assert.deepEqual([outcome, failures(events)], ['succeeded', [['llm-rate-limited', true]]])
    assert.ok((requests[2] ?? 0) - (requests[1] ?? 0) >= 1990, requests.join(' '))
  })

  test('by saying to come again in two hours ends the run with that reason, after one request', async () => {
    const { outcome, code, message, requests, events } = await play('rate-limited-for-hours')
    assert.match(message, /given up: the provider asks to wait 7200 s/)
    assert.deepEqual([outcome, code, requests.length, failures(events)], ['infrastructure', 'llm-rate-limited', 1, [['llm-rate-limited', false]]])
  })

  for (const [name, code] of [['server-error', 'llm-overloaded'], ['cut', 'llm-invalid-reply'], ['garbage', 'llm-invalid-reply']] as const) {
    test(`once (${name}) is asked once more`, async () => {
      const { outcome, events, requests } = await play(name)
      assert.deepEqual([outcome, failures(events), requests.length], ['succeeded', [[code, true]], 5])
    })
  }

  test('by sending arguments that are no JSON is told so and goes on', async () => {
    const { outcome, events } = await play('malformed-arguments')
    const told = events.find(({ kind, data }) => kind === 'toolcall.completed' && data['ok'] === false)
    assert.equal(outcome, 'succeeded')
    assert.match(String(told?.data['observation']), /were not a JSON object/)
  })

  test('by calling a tool that does not exist is told which there are and goes on', async () => {
    const { outcome, events } = await play('unknown-tool')
    const told = events.find(({ kind, data }) => kind === 'toolcall.completed' && data['ok'] === false)
    assert.equal(outcome, 'succeeded')
    assert.match(String(told?.data['observation']), /There is no tool 'format_disk'. The tools are: .*read_file/)
  })

  test('by calling the same again and again is told once and then stopped', async () => {
    const { outcome, code, events, requests } = await play('endless-loop')
    assert.deepEqual([outcome, code], ['limit-or-stall', 'run-stalled'])
    assert.ok(requests.length <= 10, `${requests.length} requests`)
    assert.ok(events.some(({ kind }) => kind === 'guidance.added'))
  })

  test('by never answering is asked five times, and then the run ends with that reason', async () => {
    // A host of its own: where three seconds of silence are too many, a busy machine would be at fault in the other tests.
    await using impatient = await embedded({ ...modelSettings(model), CODEFORGE_LLM_IDLE_SECONDS: '3' })
    await using directory = await temporaryDirectory('repository')
    const project = String((await impatient.ask('POST', '/projects', { name: 'Sample', localPath: await sampleRepository(directory.path) }))['id'])
    const { outcome, code, message, events, requests } = await play('never-answers', { column: impatient, project })
    assert.deepEqual([outcome, code, message], ['infrastructure', 'llm-unreachable', 'The model was silent for 3 s. (given up: it failed 5 times)'])
    assert.deepEqual(failures(events), [...Array.from({ length: 4 }, () => ['llm-unreachable', true]), ['llm-unreachable', false]])
    assert.equal(requests.length, 5)
  })
})
