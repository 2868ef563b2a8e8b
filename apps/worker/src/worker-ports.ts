import type { AgentPorts } from '@codeforge/agent/run/agent-ports'
import type { Queue } from '@codeforge/ports/queue'

/** What a worker needs of the world: what the agent needs, and the queue in full. */
export interface WorkerPorts extends AgentPorts {
  readonly queue: Queue
}

/** What a worker is given; what is known of code it finds out itself. */
export type GivenPorts = Omit<WorkerPorts, 'code'>
