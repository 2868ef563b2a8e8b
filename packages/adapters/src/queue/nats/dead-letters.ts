import { CodeForgeError } from '@codeforge/contracts/error-code'
import { nextPublication } from '@codeforge/contracts/job-message'
import { deadSubject, everySubject, parseSubject } from '@codeforge/contracts/subjects'
import type { Job } from '@codeforge/contracts/job'
import type { DeadLetter } from '@codeforge/ports/queue'
import { JetStreamApiError } from '@nats-io/jetstream'
import type { StoredMsg } from '@nats-io/jetstream'
import type { Outgoing } from './publish.ts'
import { deadStream } from './streams.ts'
import type { Streams } from './streams.ts'

const subjectHeader = 'CodeForge-Subject'
const reasonHeader = 'CodeForge-Reason'
const longestReason = 2_000

/** A message as it goes to the dead letters. The id keeps a burial that is repeated from counting twice. */
export function burial(letter: { readonly subject: string; readonly payload: Uint8Array; readonly reason: string; readonly id: string }): Outgoing {
  const subject = parseSubject(letter.subject)
  return {
    subject: deadSubject(subject?.kind === 'jobs' ? subject.jobKind : 'run'),
    payload: letter.payload,
    id: letter.id,
    headers: { [subjectHeader]: letter.subject, [reasonHeader]: headerSafe(letter.reason) },
  }
}

/** The stream of dead letters, oldest first. A letter's id is its sequence. */
export class DeadLetterStream {
  readonly #streams: Streams

  constructor(streams: Streams) {
    this.#streams = streams
  }

  async list(limit: number, after = '0'): Promise<readonly DeadLetter[]> {
    const letters: DeadLetter[] = []
    for (let next = Number(after) + 1; letters.length < limit;) {
      const stored = await this.#get({ seq: next, next_by_subj: everySubject.dead })
      if (!stored) break
      letters.push(letterOf(stored))
      next = stored.seq + 1
    }
    return letters
  }

  /** The letter's job, to be published once more; `not-found` where it is gone. */
  async job(id: string): Promise<Job> {
    const stored = /^[1-9]\d{0,15}$/.test(id) ? await this.#get({ seq: Number(id) }) : null
    if (!stored) throw new CodeForgeError('not-found', `There is no dead letter '${id}'.`)
    return nextPublication(stored.data)
  }

  async remove(id: string): Promise<void> {
    await this.#streams.admin(({ streams }) => streams.deleteMessage(deadStream, Number(id), false))
  }

  #get(query: { readonly seq: number; readonly next_by_subj?: string }): Promise<StoredMsg | null> {
    return this.#streams.admin(async ({ streams }) => {
      try {
        return await streams.getMessage(deadStream, query)
      } catch (error) {
        // A stream that is missing holds no letters either.
        if (error instanceof JetStreamApiError && error.status === 404) return null
        throw error
      }
    })
  }
}

function letterOf(stored: StoredMsg): DeadLetter {
  return {
    id: String(stored.seq),
    subject: stored.header.get(subjectHeader),
    reason: decodeURIComponent(stored.header.get(reasonHeader)),
    at: stored.time,
    payload: new TextDecoder().decode(stored.data),
  }
}

/** Header values are one line of ASCII. */
const headerSafe = (text: string): string => encodeURIComponent(text.toWellFormed().slice(0, longestReason).toWellFormed())
