import { byStream } from '../observation.ts'
import type { Invariant, StoredEvent } from '../observation.ts'

const endings = new Set(['run.succeeded', 'run.failed', 'run.cancelled'])

/** As many workers must vanish before a run may end for that reason. */
const mostLostAttempts = 3

/** What core said yes to is stored, comes to one end, and the log says the same end as the list. */
export const acceptedRunsEnd: Invariant = (observation) => {
  const logs = byStream(observation)
  return observation.accepted.flatMap(({ id }) => {
    const wrong = (detail: string) => [{ invariant: 'accepted-runs-end', runId: id, detail }]
    const stored = observation.runs.find((run) => run.id === id)
    if (!stored) return wrong('it was accepted and is not in the store')
    if (stored.status !== 'ended') return wrong(`it is ${stored.status}`)
    const log = logs.get(`run.${id}`) ?? []
    const ends = log.filter(({ kind }) => endings.has(kind))
    if (ends.length !== 1) return wrong(`it has ${ends.length} endings`)
    const told = outcomeOf(ends[0])
    return told === stored.outcome ? [] : wrong(`the log says ${told}, the list ${stored.outcome}`)
  })
}

/** The store holds the accepted runs and no other: a request that was sent several times made one run. */
export const noRunTwice: Invariant = ({ runs, accepted }) => {
  const known = new Set(accepted.map(({ id }) => id))
  return runs.filter(({ id }) => !known.has(id)).map(({ id }) => ({ invariant: 'no-run-twice', runId: id, detail: 'nobody was told of this run' }))
}

/** A run succeeds, unless somebody cancelled it or its workers vanished too often. */
export const outcomesAreExplained: Invariant = (observation) => {
  const logs = byStream(observation)
  return observation.accepted.flatMap(({ id, cancelled }) => {
    const log = logs.get(`run.${id}`) ?? []
    const end = log.find(({ kind }) => endings.has(kind))
    const lost = log.filter(({ kind }) => kind === 'attempt.lost').length
    const outcome = outcomeOf(end)
    if (end === undefined || outcome === 'succeeded' || (outcome === 'cancelled' && cancelled)) return []
    if (outcome === 'infrastructure' && end.data['code'] === 'worker-lost' && lost >= mostLostAttempts) return []
    return [{ invariant: 'outcomes-are-explained', runId: id, detail: `it ended as ${outcome} after ${lost} lost attempts: ${JSON.stringify(end.data).slice(0, 300)}` }]
  })
}

/** Each question was closed once; nothing of an ended run waits to be done or answered. */
export const nothingIsLeftOpen: Invariant = (observation) => {
  const left = (runId: string, detail: string) => ({ invariant: 'nothing-is-left-open', runId, detail })
  const closings = observation.events.filter(({ kind }) => ['question.answered', 'question.expired', 'question.withdrawn'].includes(kind))
  const asked = observation.events.filter(({ kind }) => kind === 'question.asked')
  return [
    ...observation.jobs.map((runId) => left(runId, 'its job is still in the outbox')),
    ...observation.openQuestions.map((runId) => left(runId, 'its question is still open')),
    ...asked.flatMap(({ stream, data }) => {
      const times = closings.filter((closing) => closing.data['questionId'] === data['questionId']).length
      return times === 1 ? [] : [left(stream.slice('run.'.length), `a question was closed ${times} times`)]
    }),
  ]
}

function outcomeOf(end: StoredEvent | undefined): string | null {
  if (end?.kind === 'run.succeeded') return 'succeeded'
  if (end?.kind === 'run.cancelled') return 'cancelled'
  return end === undefined ? null : String(end.data['outcome'])
}
