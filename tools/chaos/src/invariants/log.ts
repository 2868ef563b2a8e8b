import { byStream } from '../observation.ts'
import type { Invariant } from '../observation.ts'

/** The sequences of each stream are 1, 2, 3 and so on, in the order of the global positions, of which none comes twice. */
export const logsHaveNoGap: Invariant = (observation) => {
  const wrong = (stream: string, detail: string) => ({ invariant: 'logs-have-no-gap', runId: stream.startsWith('run.') ? stream.slice('run.'.length) : null, detail: `${stream}: ${detail}` })
  const positions = observation.events.map(({ position }) => position)
  const again = observation.events.filter(({ position }, index) => index > 0 && position <= (positions[index - 1] ?? 0))
  const broken = [...byStream(observation)].flatMap(([stream, events]) => {
    const place = events.findIndex(({ sequence }, index) => sequence !== index + 1)
    return place === -1 ? [] : [wrong(stream, `sequence ${String(events[place]?.sequence)} stands where ${place + 1} should`)]
  })
  return [...broken, ...again.map(({ stream, position }) => wrong(stream, `position ${position} does not grow`))]
}
