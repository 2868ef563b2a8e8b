import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { JobKind, PoolName } from '@codeforge/contracts/job'
import { decodeJobs } from '@codeforge/contracts/job-message'
import { encodeMessage } from '@codeforge/contracts/queue-message'
import { Consumption } from '@codeforge/ports/consumption'
import type { MessageEnds } from '@codeforge/ports/consumption'
import { nanos } from '@nats-io/transport-node'
import type { Msg } from '@nats-io/transport-node'
import type { Link } from './link.ts'
import { Pull } from './pull.ts'
import { sharedEnds } from './shared-message.ts'
import type { Streams } from './streams.ts'

export interface ConsumeDeps {
  readonly link: Link
  readonly streams: Streams
  readonly maxDeliveries: number
  /** Stores a message among the dead letters. */
  bury(letter: { readonly subject: string; readonly payload: Uint8Array; readonly reason: string; readonly id: string }): Promise<void>
}

const recheckMs = 1_000
/** When a bundle comes again that this reader has no room for. */
const noRoomMs = 100

/** Takes jobs of several pools into one consumption; they share its slots. */
export function consumeJobs(deps: ConsumeDeps, options: { readonly pools: readonly PoolName[]; readonly kind: JobKind; readonly slots: () => number }): Consumption {
  const consumption = new Consumption(options.slots)
  const pools = new Set(options.pools)
  const pulls: Pull[] = []
  let busiest: Pull | undefined
  const refill = (): void => askForMore(consumption, pulls, busiest, options.slots())

  for (const pool of pools) {
    const pull: Pull = new Pull(deps.link, deps.streams, { pool, kind: options.kind }, {
      message: (message) => {
        busiest = pull
        receive(deps, consumption, message)
        refill()
      },
      changed: refill,
    })
    pulls.push(pull)
  }
  const stopListening = deps.link.onReconnect(() => {
    for (const pull of pulls) pull.reset()
    refill()
  })
  const recheck = setInterval(() => {
    for (const pull of pulls) pull.check()
    refill()
  }, recheckMs).unref()
  consumption.connect(refill, async () => {
    clearInterval(recheck)
    stopListening()
    await Promise.all(pulls.map((pull) => pull.stop()))
  })
  refill()
  return consumption
}

/**
 * Each pool always has one request out while a slot is free; the pool that delivered last gets what remains, so that a
 * quiet pool reserves nothing. Requests are topped up when half of them are used, not one by one.
 */
function askForMore(consumption: Consumption, pulls: readonly Pull[], busiest: Pull | undefined, slots: number): void {
  const free = consumption.free()
  if (free <= 0) return
  for (const pull of pulls) if (pull.outstanding === 0 && (pull !== busiest || pulls.length > 1)) pull.request(1)
  const outstanding = pulls.reduce((sum, pull) => sum + pull.outstanding, 0)
  const favourite = busiest ?? pulls[0]
  if (favourite && free > outstanding && outstanding <= slots / 2) favourite.request(free - outstanding)
}

function receive(deps: ConsumeDeps, consumption: Consumption, message: Msg): void {
  const { deliveries, sequence } = placeOf(message)
  const ends = endsOf(deps, message, sequence)
  // More was asked for than there is room: several pools share the slots, and they may have shrunk.
  if (consumption.free() <= 0) return void ends.retry(0)
  const found = jobsOf(message)
  if (found instanceof CodeForgeError) return void quietly(ends.reject(found.message))
  const { jobs, isBundle } = found
  const isWornOut = deliveries > deps.maxDeliveries
  // The store publishes the jobs of a bundle one by one where nobody claims them; none of them is to blame.
  if (isBundle && isWornOut) return void quietly(ends.drop())
  if (isWornOut) return void quietly(ends.reject(`Delivered ${deps.maxDeliveries} times and never finished.`))
  if (jobs.length > consumption.free()) return void ends.retry(noRoomMs)
  const each = isBundle ? sharedEnds(jobs, ends, (job, reason) => ends.bury(encodeMessage(job), reason, job.id)) : [ends]
  for (const [index, job] of jobs.entries()) consumption.deliver(job, deliveries, each[index] ?? ends)
}

function jobsOf(message: Msg): ReturnType<typeof decodeJobs> | CodeForgeError {
  try {
    return decodeJobs(message.data)
  } catch (error) {
    if (error instanceof CodeForgeError) return error
    throw error
  }
}

interface Ends extends MessageEnds {
  drop(): Promise<void>
  bury(payload: Uint8Array, reason: string, part?: string): Promise<void>
}

function endsOf(deps: ConsumeDeps, message: Msg, sequence: number): Ends {
  const tell = (verb: string, later = false): Promise<void> => deps.link.tell(message.reply ?? '', verb, later)
  const bury = async (payload: Uint8Array, reason: string, part = ''): Promise<void> =>
    deps.bury({ subject: message.subject, payload, reason, id: `dead:${message.headers?.get('Nats-Msg-Id') ?? ''}:${sequence}${part}` })
  return {
    bury,
    drop: () => tell('+TERM'),
    // Nobody waits for it, and each write wakes the server. What is lost of it in a crash comes again, and its claim says that it has ended.
    ack: () => tell('+ACK', true),
    retry: (delayMs) => tell(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: nanos(delayMs) })}` : '-NAK'),
    working: () => tell('+WPI'),
    async reject(reason) {
      // Stored first: a crash between the two leaves the job, never loses it.
      await bury(message.data, reason)
      await tell('+TERM')
    },
  }
}

/**
 * Reads `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<stream sequence>...`.
 * Server 2.9 subtracts a delivery to a reader that has just left, which can take its unsigned count below zero; what is no
 * count is read as the first delivery.
 */
function placeOf(message: Msg): { readonly deliveries: number; readonly sequence: number } {
  const tokens = (message.reply ?? '').split('.')
  const first = tokens.length > 9 ? 6 : 4
  const deliveries = Number(tokens[first])
  return { deliveries: Number.isSafeInteger(deliveries) && deliveries > 0 ? deliveries : 1, sequence: Number(tokens[first + 1] ?? 0) }
}

/** A message that could not be buried comes again when its lease runs out. */
const quietly = (promise: Promise<void>): Promise<void> => promise.catch(() => undefined)
