import type { LiveMessage } from '@codeforge/contracts/event'
import type { ProjectId } from '@codeforge/contracts/ids'
import type { Clock } from '@codeforge/ports/clock'
import type { Queue } from '@codeforge/ports/queue'

/** Milliseconds over which deltas are gathered into one message. */
const gatherFor = 50
/** Characters of one message; more goes into the next. */
const mostCharacters = 16_000

/** Broadcasts what is being said and printed; nothing of it is stored. */
export interface Live {
  send(message: LiveMessage): void
}

/** Gathers deltas of one source for a moment, so that a fast model or a flood of output costs few messages. */
export function createLive({ queue, clock }: { readonly queue: Pick<Queue, 'broadcast'>; readonly clock: Clock }, projectId: ProjectId, signal: AbortSignal): Live {
  const gathered = new Map<string, LiveMessage>()
  let sleeping = false
  const flush = (): void => {
    sleeping = false
    for (const message of gathered.values()) queue.broadcast(`live.${projectId}`, message)
    gathered.clear()
  }
  return {
    send(message) {
      const key = message.kind === 'model.delta' ? `model ${message.turn}` : `terminal ${message.callId}`
      const before = gathered.get(key)
      const text = ((before?.text ?? '') + message.text).slice(-mostCharacters)
      gathered.set(key, { ...message, text })
      if (sleeping) return
      sleeping = true
      clock.sleep(gatherFor, signal).then(flush, () => gathered.clear())
    },
  }
}
