import { setTimeout as sleep } from 'node:timers/promises'
import { violationsOf } from './invariants/all.ts'
import { observe } from './observe.ts'
import type { AcceptedRun, Violation } from './observation.ts'
import { playRun } from './play-run.ts'
import type { FaultPlan, Plan } from './plan.ts'
import { openScene } from './scene.ts'
import type { Steps } from './steps.ts'
import type { System } from './system/system.ts'

/** Runs under way at once; the workers have eight slots. */
const atOnce = 8
/** Milliseconds that processes have to be gone when the last run has ended. */
const restMs = 10_000

export interface Campaign {
  readonly runs: number
  /** Faults that were reached and done. */
  readonly faults: readonly string[]
  readonly violations: readonly Violation[]
  readonly seconds: number
  /** What the processes printed and recorded last, where something is violated. */
  readonly output: string
}

export interface CampaignOptions {
  /** Told of each fault and of each run that ends. */
  tell(message: string): void
}

/** Plays a plan on a system of its own, and says what does not hold afterwards. */
export async function playCampaign(plan: Plan, { tell }: CampaignOptions): Promise<Campaign> {
  const started = performance.now()
  await using scene = await openScene(plan)
  const { system, steps, repositories } = scene
  const faults = inflictAll(system, plan.faults, steps, tell)
  // Also where playing fails: a fault under way starts again what it has killed, and nobody would end that.
  const accepted = await playAll(plan, { ...scene, tell }).finally(faults.settled)
  tell('all runs have been played')
  const done = await faults.settled()
  tell('all faults are over')
  const violations = await untilAtRest(async () => violationsOf(await observe({ system, steps, accepted, repositories })))
  tell(`${violations.length} violations; the processes are ended`)
  const output = violations.length === 0 ? '' : await described(system, violations)
  return { runs: accepted.length, faults: done, violations, seconds: (performance.now() - started) / 1000, output }
}

type Playing = Parameters<typeof playRun>[1]

async function playAll(plan: Plan, playing: Playing): Promise<readonly AcceptedRun[]> {
  const waiting = [...plan.runs]
  const accepted: AcceptedRun[] = []
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) accepted.push(...await playRun(run, playing))
  }))
  return accepted
}

/** Does one fault after the other: one that comes while another is under way waits for its end. */
function inflictAll(system: System, faults: readonly FaultPlan[], steps: Steps, tell: (message: string) => void): { settled(): Promise<readonly string[]> } {
  const done: string[] = []
  let last: Promise<void> = Promise.resolve()
  let over = false
  for (const { at, fault } of faults) {
    steps.at(at, () => {
      last = last.then(async () => {
        if (over) return
        tell(`${JSON.stringify(fault)} at ${at.of} ${at.count} + ${at.delayMs} ms`)
        done.push(fault.kind)
        await system.inflict(fault)
      })
    })
  }
  return {
    async settled() {
      over = true
      await last
      return done
    },
  }
}

/** What is to be cleared away may take a moment; what should hold from the start must not be asked twice, but cannot mend itself either. */
async function untilAtRest(look: () => Promise<readonly Violation[]>): Promise<readonly Violation[]> {
  const started = performance.now()
  for (;;) {
    const violations = await look()
    if (violations.length === 0 || performance.now() - started > restMs) return violations
    await sleep(500)
  }
}

async function described(system: System, violations: readonly Violation[]): Promise<string> {
  const ids = [...new Set(violations.flatMap(({ runId }) => (runId === null ? [] : [runId])))].slice(0, 3)
  const logs = await Promise.all(ids.map(async (id) => {
    const rows = await system.query<{ sequence: number; kind: string; attempt: number | null; at: Date; data: unknown }>(`select sequence, kind, attempt, at, data from events where stream = 'run.${id}' order by sequence`)
    return [id, ...rows.map(({ sequence, kind, attempt, at, data }) => `  ${sequence} ${at.toISOString()} ${attempt ?? '-'} ${kind} ${JSON.stringify(data).slice(0, 200)}`)].join('\n')
  }))
  return [...logs, system.output().slice(-20_000)].join('\n\n')
}
