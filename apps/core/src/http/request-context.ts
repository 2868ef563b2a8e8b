import { RequestId, defaultTenant } from '@codeforge/contracts/ids'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../runs/create-run.ts'

/** Who calls, on whose behalf and under which request id. */
export function callerOf(request: FastifyRequest): Caller {
  return { tenant: defaultTenant, actor: 'user:local', requestId: RequestId.parse(request.id) }
}

/** Aborts when the client goes away before it has its answer. */
export function signalOf(request: FastifyRequest): AbortSignal {
  const controller = new AbortController()
  request.raw.once('close', () => {
    if (!request.raw.complete) controller.abort(new Error('the client went away'))
  })
  return controller.signal
}
