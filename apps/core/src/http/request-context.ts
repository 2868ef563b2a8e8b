import { RequestId, defaultTenant } from '@codeforge/contracts/ids'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../caller.ts'

/** Who calls, on whose behalf and under which request id. */
export function callerOf(request: FastifyRequest): Caller {
  return { tenant: defaultTenant, actor: 'user:local', requestId: RequestId.parse(request.id) }
}

/** Aborts when the client goes away before it has its whole answer. */
export function signalOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  // A request closes as soon as its body is read; only the answer tells whether the client is still there.
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new Error('the client went away'))
  })
  return controller.signal
}
