import type { Job } from '@codeforge/contracts/job'
import { bundled, bundleId } from '@codeforge/contracts/job-bundle'
import type { JobBundle } from '@codeforge/contracts/job-bundle'
import { publicationId } from '@codeforge/contracts/job-message'
import { encodeMessage } from '@codeforge/contracts/queue-message'
import { jobSubject } from '@codeforge/contracts/subjects'
import type { Consumption } from '@codeforge/ports/consumption'
import type { Queue } from '@codeforge/ports/queue'
import type { NatsConfig } from './config.ts'
import { connectNats } from './connect.ts'
import { consumeJobs } from './consume.ts'
import type { ConsumeDeps } from './consume.ts'
import { burial, DeadLetterStream } from './dead-letters.ts'
import { Link } from './link.ts'
import { Publisher } from './publish.ts'
import type { Outgoing } from './publish.ts'
import { broadcast, request, Services } from './services.ts'
import { queueStatus } from './status.ts'
import { StreamWatch } from './stream-watch.ts'
import { isStreamMissing, jobStream, Streams } from './streams.ts'

const never = new AbortController().signal

/** Connects, makes the streams where it may, and puts the queue together. */
export async function openNatsQueue(config: NatsConfig): Promise<Queue & AsyncDisposable> {
  const link = new Link(await connectNats(config), config.inboxPrefix)
  const streams = new Streams(link, config)
  try {
    await streams.ensureStreams()
  } catch (error) {
    await link.close()
    throw error
  }
  return queueOver(link, streams, config)
}

function queueOver(link: Link, streams: Streams, config: NatsConfig): Queue & AsyncDisposable {
  const services = new Services(link)
  const letters = new DeadLetterStream(streams)
  const consumptions = new Set<Consumption>()
  const watch = config.identity === 'core' ? new StreamWatch(link, streams) : null
  const publisher = new Publisher(link, streams, config.confirmMs)
  const deps: ConsumeDeps = { link, streams, maxDeliveries: config.maxDeliveries, bury: (letter) => publisher.publish([burial(letter)], never) }

  return {
    publish: async (jobs, signal, together = 1) => publisher.publish(bundled(jobs, together).map(outgoing), signal),
    consume(options, signal) {
      const consumption = consumeJobs(deps, options)
      consumptions.add(consumption)
      consumption.endWith(signal, () => consumptions.delete(consumption))
      return consumption.deliveries
    },
    purge: () => purge(streams),
    status: () => queueStatus(link, streams),
    deadLetters: (limit, after) => letters.list(limit, after),
    async replay(id) {
      await publisher.publish([outgoing(await letters.job(id))], never)
      await letters.remove(id)
    },
    serve: (subject, handle) => services.serve(subject, handle),
    request: (subject, payload, signal) => request(link, subject, payload, signal),
    broadcast: (subject, payload) => broadcast(link, subject, payload),
    listen: (subject, signal) => services.listen(subject, signal),
    async drain() {
      await Promise.all([...consumptions].map((consumption) => consumption.drain()))
      await services.drain()
      if (link.connected) await link.flush()
    },
    async [Symbol.asyncDispose]() {
      watch?.close()
      link.giveUp()
      await Promise.all([...consumptions].map((consumption) => consumption.abandon()))
      services.close()
      await link.close()
    },
  }
}

function outgoing(message: Job | JobBundle): Outgoing {
  return {
    subject: jobSubject(message.pool, message.kind),
    payload: encodeMessage(message),
    id: 'jobs' in message ? bundleId(message) : publicationId(message),
  }
}

/** Consumers stay, so that workers need not notice. */
async function purge(streams: Streams): Promise<void> {
  try {
    await streams.admin((manager) => manager.streams.purge(jobStream))
  } catch (error) {
    if (!isStreamMissing(error)) throw error
  }
}
