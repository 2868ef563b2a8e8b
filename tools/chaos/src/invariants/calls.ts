import { byStream } from '../observation.ts'
import type { Invariant, StoredEvent } from '../observation.ts'

/**
 * A call whose result was recorded is not executed again: no attempt after the one that recorded it begins it, and no attempt begins it
 * twice. A call whose worker died before its fact is executed once more, as it must be.
 */
export const recordedCallsRunOnce: Invariant = (observation) => {
  const logs = byStream(observation)
  return observation.accepted.flatMap(({ id, plan }) => plan.calls.flatMap(({ name }) => {
    const wrong = (detail: string) => [{ invariant: 'recorded-calls-run-once', runId: id, detail: `${name} ${detail}` }]
    const begun = observation.effects.filter((effect) => effect.runId === id && effect.name === name && effect.kind === 'call-begins').map(({ attempt }) => attempt)
    if (new Set(begun).size < begun.length) return wrong(`was executed twice in one attempt: ${begun.join(', ')}`)
    const recorded = attemptsThatRecorded(logs.get(`run.${id}`) ?? [], name)
    if (recorded.length > 1) return wrong(`was recorded by the attempts ${recorded.join(', ')}`)
    const later = begun.filter((attempt) => attempt > (recorded[0] ?? Infinity))
    return later.length === 0 ? [] : wrong(`was recorded by attempt ${String(recorded[0])} and executed again by ${later.join(', ')}`)
  }))
}

function attemptsThatRecorded(log: readonly StoredEvent[], name: string): readonly number[] {
  const ids = new Set(log.flatMap(({ kind, data }) => {
    const call = data['call'] as { readonly id: string; readonly args: { readonly command?: string } } | undefined
    return kind === 'toolcall.allowed' && call?.args.command?.includes(` ${name} `) === true ? [call.id] : []
  }))
  return log.filter(({ kind, data }) => kind === 'toolcall.completed' && ids.has(String(data['callId']))).map(({ attempt }) => attempt ?? 0)
}
