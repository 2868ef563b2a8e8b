import { queues } from '@codeforge/ports/queue'
import { NatsConfig } from './nats/config.ts'

/** A queue over NATS JetStream, server 2.9 or newer, for a fleet of processes. */
export const natsQueue = queues.register({
  name: 'nats',
  config: NatsConfig,
  async open(config) {
    const { openNatsQueue } = await import('./nats/open.ts')
    return openNatsQueue(config)
  },
})
