import { BlobRef } from '@codeforge/contracts/blob'
import type { Json } from '@codeforge/contracts/blob'
import type { EventEnvelope } from '@codeforge/contracts/event'
import type { RunId, TenantId } from '@codeforge/contracts/ids'
import type { ToolCall } from '@codeforge/contracts/message'
import type { ChangedVerdict, Simulation } from '@codeforge/contracts/policy-api'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { RunWork } from '@codeforge/contracts/run-work'
import type { Decision } from '@codeforge/contracts/verdict'
import { evaluate } from '@codeforge/domain/policy/evaluate'
import { commandOf } from '@codeforge/domain/policy/policy-call'
import { workPinsOf } from '@codeforge/ports/work-pins'
import type { CorePorts } from '../ports.ts'
import { bareSituation } from './judge-call.ts'

type SimulatePorts = Pick<CorePorts, 'store' | 'artifacts' | 'analyse'>

/** Calls of one simulation; more would keep a request waiting for minutes. */
const mostCalls = 50_000
const mostChanged = 1000
const batch = 1000
const kinds = ['toolcall.allowed', 'toolcall.denied', 'toolcall.asked']

interface Recorded {
  readonly runId: RunId
  readonly call: ToolCall
  readonly was: Decision
}

/**
 * Replays the recorded tool calls of a tenant's runs against a profile, as if its sandbox were there.
 * The mode and attendance are each run's own. Links are not followed anew: what they led to then is not recorded.
 */
export async function simulate(ports: SimulatePorts, tenant: TenantId, profile: PolicyProfile, since: Date, signal: AbortSignal): Promise<Simulation> {
  const works = new Map<RunId, Promise<RunWork | null>>()
  const runs = new Set<string>()
  const changed: ChangedVerdict[] = []
  let [calls, same, skipped, changedTotal, truncated] = [0, 0, 0, 0, false]
  for await (const event of recordedSince(ports, tenant, since, signal)) {
    const recorded = recordedCall(event)
    if (recorded === null) continue
    if (calls === mostCalls) {
      truncated = true
      break
    }
    calls += 1
    runs.add(event.stream)
    const args = await argumentsOf(ports, recorded.call, signal)
    if (args === null) {
      skipped += 1
      continue
    }
    const work = works.get(recorded.runId) ?? workOf(ports, recorded.runId, signal)
    works.set(recorded.runId, work)
    const verdict = judgeAnew(ports, profile, recorded.call.tool, args, await work)
    if (verdict.decision === recorded.was) {
      same += 1
      continue
    }
    changedTotal += 1
    if (changed.length < mostChanged) {
      const { tool, id } = recorded.call
      changed.push({ runId: recorded.runId, callId: id, tool, call: shortly(args), was: recorded.was, now: verdict.decision, rule: verdict.ruleId, reason: verdict.reason })
    }
  }
  return { runs: runs.size, calls, same, skipped, truncated, changed, changedTotal }
}

async function* recordedSince({ store }: Pick<CorePorts, 'store'>, tenant: TenantId, since: Date, signal: AbortSignal): AsyncIterable<EventEnvelope> {
  for (let after = 0; ;) {
    signal.throwIfAborted()
    const events = await store.events.readKinds({ tenant, kinds, since, afterPosition: after }, batch)
    yield* events
    const last = events.at(-1)
    if (last === undefined || events.length < batch) return
    after = last.position
  }
}

/** What a run works by; null where retention took the run, or the artifact store its profile. */
async function workOf({ store, artifacts }: Pick<CorePorts, 'store' | 'artifacts'>, id: RunId, signal: AbortSignal): Promise<RunWork | null> {
  const run = await store.runs.get(id)
  return run && workPinsOf(artifacts).load(run.work, signal).catch(() => null)
}

/** A call as it was first judged; what a person answered later was no verdict of the profile. */
function recordedCall({ stream, data }: EventEnvelope): Recorded | null {
  if (data.kind !== 'toolcall.allowed' && data.kind !== 'toolcall.denied' && data.kind !== 'toolcall.asked') return null
  if (data.verdict.ruleId === 'answered') return null
  const was = { 'toolcall.allowed': 'allow', 'toolcall.denied': 'deny', 'toolcall.asked': 'ask' } as const
  return { runId: stream.slice('run.'.length) as RunId, call: data.call, was: was[data.kind] }
}

function judgeAnew({ analyse }: SimulatePorts, profile: PolicyProfile, tool: string, args: Readonly<Record<string, Json>>, work: RunWork | null) {
  const command = commandOf({ tool, args })
  return evaluate(profile, { tool, args }, {
    ...bareSituation,
    attended: work?.attended ?? false,
    sandboxEnforces: profile.sandbox.need !== 'none',
    mode: work === null ? null : { id: work.mode.id, tools: work.mode.tools, edits: work.mode.edits },
  }, command === null ? null : analyse(command))
}

async function argumentsOf({ artifacts }: Pick<CorePorts, 'artifacts'>, call: ToolCall, signal: AbortSignal): Promise<Readonly<Record<string, Json>> | null> {
  const blob = BlobRef.safeParse(call.args)
  if (!blob.success) return call.args
  const bytes = await artifacts.get(blob.data.digest, signal).catch(() => null)
  return bytes === null ? null : (JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, Json>)
}

function shortly(args: Readonly<Record<string, Json>>): string {
  const named = args['command'] ?? args['path']
  const text = typeof named === 'string' ? named : JSON.stringify(args)
  return text.length > 300 ? `${text.slice(0, 299)}…` : text
}
