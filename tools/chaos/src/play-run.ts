import { setTimeout as sleep } from 'node:timers/promises'
import { promptOf } from './model.ts'
import type { AcceptedRun } from './observation.ts'
import type { RunPlan } from './plan.ts'
import type { Steps } from './steps.ts'
import type { System } from './system/system.ts'

export interface Playing {
  readonly system: System
  readonly steps: Steps
  /** By repository. */
  readonly projects: readonly string[]
  readonly stepPort: number
  tell(message: string): void
}

/** Milliseconds in which a run must end, all faults and three lost attempts included. */
const runLimitMs = 120_000
/** Milliseconds in which core must be back. */
const coreLimitMs = 60_000

/** Asks for a run, does with it what its plan says, waits for its end, and tries it again where the plan wants it. */
export async function playRun(plan: RunPlan, playing: Playing): Promise<readonly AcceptedRun[]> {
  const ids = await Promise.all(Array.from({ length: plan.sent }, async () => request(plan, playing)))
  const [id = ''] = ids
  const cancelled = await follow(id, plan, playing)
  // Whoever is told of two runs for one request has both on the list; `noRunTwice` cannot see it, so it is said here.
  if (new Set(ids).size > 1) throw new Error(`one request made the runs ${[...new Set(ids)].join(', ')}`)
  const first = { id, plan, cancelled }
  if (!plan.retried) return [first]
  const again = await stubborn(playing.system, 'POST', `/runs/${id}/retry`, {}, `retry-${plan.index}`)
  const second = String(again['id'])
  return [first, { id: second, plan, cancelled: await follow(second, { ...plan, cancelAfterCalls: null }, playing) }]
}

async function request(plan: RunPlan, { system, projects, stepPort }: Playing): Promise<string> {
  const gates = plan.gateMs === null ? [] : [{ name: 'gate', command: `bash gate.sh ${plan.gateMs / 1000} ${stepPort}` }]
  const body = { projectId: projects[plan.repository], prompt: promptOf(plan), deliver: plan.deliver, attended: true, gates }
  return String((await stubborn(system, 'POST', '/runs', body, `run-${plan.index}`))['id'])
}

/** Sends a request until there is an answer, under one idempotency key: what a careful client does. */
async function stubborn({ ask }: System, method: 'GET' | 'POST', path: string, body?: unknown, key?: string): Promise<Record<string, unknown>> {
  const started = performance.now()
  for (;;) {
    try {
      return await ask(method, path, body, key === undefined ? {} : { 'idempotency-key': key })
    } catch (error) {
      const status = Number(/: (\d{3}) /.exec(String(error))?.[1] ?? 503)
      const hopeless = status < 500 && status !== 429 && status !== 409
      if (hopeless || performance.now() - started > coreLimitMs) throw error
      await sleep(100)
    }
  }
}

/** Answers and cancels as planned until the run has ended; whether core agreed to cancel it. */
async function follow(id: string, plan: RunPlan, { system, steps, tell }: Playing): Promise<boolean> {
  const started = performance.now()
  let cancelled = false
  while (performance.now() - started < runLimitMs) {
    const run = await system.ask('GET', `/runs/${id}`).catch(() => null)
    if (run?.['status'] === 'ended') {
      tell(`run ${plan.index} ${id} ended ${String(run['outcome'])}, attempt ${String(run['attempt'])}`)
      return cancelled
    }
    const begun = steps.effects.filter((effect) => effect.runId === id && effect.kind === 'call-begins').length
    if (!cancelled && plan.cancelAfterCalls !== null && begun >= plan.cancelAfterCalls) cancelled = await cancel(system, id)
    if (run?.['status'] === 'waiting') cancelled = await answer(system, id, plan) || cancelled
    await sleep(150)
  }
  tell(`run ${plan.index} ${id} did not end within ${runLimitMs / 1000} s`)
  return cancelled
}

/** A cancel whose answer was lost may have been heard all the same. */
async function cancel({ ask }: System, id: string): Promise<boolean> {
  return ask('POST', `/runs/${id}/cancel`).then(() => true, () => true)
}

async function answer(system: System, id: string, { question }: RunPlan): Promise<boolean> {
  const found = await system.ask('GET', `/questions?runId=${id}&status=open`).catch(() => null)
  const [open] = (found?.['items'] ?? []) as readonly { readonly id: string }[]
  if (!open) return false
  const choice = question === 'deny' ? 'deny' : 'allow'
  const answering = system.ask('POST', `/questions/${open.id}/answer`, { answer: choice }).catch(() => null)
  if (question !== 'late') return answering.then(() => false)
  const [, cancelled] = await Promise.all([answering, cancel(system, id)])
  return cancelled
}
