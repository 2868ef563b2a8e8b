import { createHash } from 'node:crypto'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Repositories } from '@codeforge/ports/store/store'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CorePorts } from '../ports.ts'
import { retried } from '../retried.ts'
import { callerOf } from './request-context.ts'

export interface Written<Body> {
  readonly body: Body
  /** Runs after the commit, and not for a replayed answer. */
  readonly after?: () => void
}

/**
 * Does a write in one transaction. With an `Idempotency-Key` the same request again gets the first one's answer, and
 * another request under the same key is refused.
 */
export async function write<Body>(
  { store, clock }: Pick<CorePorts, 'store' | 'clock'>, request: FastifyRequest, reply: FastifyReply, status: number,
  work: (repositories: Repositories) => Promise<Written<Body>>,
): Promise<FastifyReply> {
  const key = keyOf(request)
  if (key === null) {
    const { body, after } = await retried(store, work)
    after?.()
    return status === 204 ? reply.status(204).send() : reply.status(status).send(body)
  }
  const { tenant } = callerOf(request)
  const answer = await retried(store, async (repositories) => {
    const claim = await repositories.idempotency.claim(tenant, key, fingerprint(request), clock.now())
    if (claim.kind === 'mismatch') throw new CodeForgeError('idempotency-mismatch', `The key '${key}' was used for another request.`)
    if (claim.kind === 'replay') return { ...claim.reply, after: undefined, replayed: true }
    const { body, after } = await work(repositories)
    const stored = { status, body: JSON.stringify(body) ?? '' }
    await repositories.idempotency.complete(tenant, key, stored)
    return { ...stored, after, replayed: false }
  })
  answer.after?.()
  void reply.status(answer.status).header('idempotent-replayed', String(answer.replayed))
  return answer.status === 204 ? reply.send() : reply.type('application/json').serializer(String).send(answer.body)
}

function keyOf({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new CodeForgeError('invalid-input', 'Idempotency-Key takes 1 to 255 visible ASCII characters.')
  }
  return key
}

function fingerprint({ method, url, body }: FastifyRequest): string {
  return createHash('sha256').update(`${method} ${url}\n${JSON.stringify(body ?? null)}`).digest('hex')
}
