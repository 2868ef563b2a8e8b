import { setTimeout as sleep } from 'node:timers/promises'
import {
  AnnounceReply, AnnounceRequest, ClaimReply, ClaimRequest, ExtendHoldReply, ExtendHoldRequest, PermitEffectReply,
  PermitEffectRequest, RecallReply, RecallRequest, RecordReply, RecordRequest, RenewReply, RenewRequest, SecretReply, SecretRequest,
} from '@codeforge/contracts/coordination'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { ErrorCode } from '@codeforge/contracts/error-code'
import { coreSubject } from '@codeforge/contracts/subjects'
import type { CoreVerb } from '@codeforge/contracts/subjects'
import type { z } from 'zod'
import type { Coordinator } from './coordinator.ts'
import type { Queue } from './queue.ts'

/** What each verb asks and answers; both sides of the wire parse by it. */
const verbs = {
  announce: { request: AnnounceRequest, reply: AnnounceReply },
  claim: { request: ClaimRequest, reply: ClaimReply },
  renew: { request: RenewRequest, reply: RenewReply },
  record: { request: RecordRequest, reply: RecordReply },
  extendHold: { request: ExtendHoldRequest, reply: ExtendHoldReply },
  recall: { request: RecallRequest, reply: RecallReply },
  secret: { request: SecretRequest, reply: SecretReply },
  permitEffect: { request: PermitEffectRequest, reply: PermitEffectReply },
} as const satisfies Record<CoreVerb, { readonly request: z.ZodType; readonly reply: z.ZodType }>

/** Errors after which the same question may be asked again: core or its store is away, or the answer was lost. */
const passing: readonly ErrorCode[] = ['queue-unavailable', 'store-unavailable', 'unavailable', 'timeout']

/** How a question is repeated. All in milliseconds. */
export interface AskingPace {
  /** An answer that has not come by then is taken for lost. */
  readonly answerMs: number
  /** Doubled after each failure, up to `longestWaitMs`. */
  readonly firstWaitMs: number
  readonly longestWaitMs: number
}

const usualPace: AskingPace = { answerMs: 10_000, firstWaitMs: 50, longestWaitMs: 2_000 }

/** A Coordinator that asks core over the queue, again and again until the signal aborts: every verb is idempotent. */
export function remoteCoordinator(queue: Pick<Queue, 'request'>, pace: AskingPace = usualPace): Coordinator {
  const ask = async <Reply extends z.ZodType>(verb: CoreVerb, reply: Reply, request: unknown, signal: AbortSignal): Promise<z.output<Reply>> => {
    const answer = await untilAnswered((limited) => queue.request(coreSubject(verb), request, limited), signal, pace)
    const parsed = reply.safeParse(answer)
    if (parsed.success) return parsed.data
    throw new CodeForgeError('internal', `The answer to '${verb}' has an unknown shape; core and worker may be of different versions.`, { cause: parsed.error })
  }
  return {
    announce: (request, signal) => ask('announce', verbs.announce.reply, request, signal),
    claim: (request, signal) => ask('claim', verbs.claim.reply, request, signal),
    renew: (request, signal) => ask('renew', verbs.renew.reply, request, signal),
    record: (request, signal) => ask('record', verbs.record.reply, request, signal),
    extendHold: (request, signal) => ask('extendHold', verbs.extendHold.reply, request, signal),
    recall: (request, signal) => ask('recall', verbs.recall.reply, request, signal),
    secret: (request, signal) => ask('secret', verbs.secret.reply, request, signal),
    permitEffect: (request, signal) => ask('permitEffect', verbs.permitEffect.reply, request, signal),
  }
}

async function untilAnswered(request: (signal: AbortSignal) => Promise<unknown>, signal: AbortSignal, pace: AskingPace): Promise<unknown> {
  for (let waitMs = pace.firstWaitMs; ; waitMs = Math.min(waitMs * 2, pace.longestWaitMs)) {
    signal.throwIfAborted()
    const limit = AbortSignal.timeout(pace.answerMs)
    try {
      return await request(AbortSignal.any([signal, limit]))
    } catch (error) {
      signal.throwIfAborted()
      const lost = limit.aborted || (error instanceof CodeForgeError && passing.includes(error.code))
      if (!lost) throw error
    }
    await pause(waitMs, signal)
  }
}

/** Like sleep, but throws the signal's own reason. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined)
  signal.throwIfAborted()
}

/** Answers every verb of a coordinator under `core.<verb>`. Disposing stops taking questions and finishes those that were taken. */
export async function serveCoordinator(queue: Pick<Queue, 'serve'>, coordinator: Coordinator): Promise<AsyncDisposable> {
  await using services = new AsyncDisposableStack()
  const serve = async <Request extends z.ZodType>(
    verb: CoreVerb, schema: Request, answer: (request: z.output<Request>, signal: AbortSignal) => Promise<unknown>,
  ): Promise<void> => {
    services.use(await queue.serve(coreSubject(verb), async (payload, signal) => answer(parseRequest(verb, schema, payload), signal)))
  }
  await Promise.all([
    serve('announce', verbs.announce.request, (request, signal) => coordinator.announce(request, signal)),
    serve('claim', verbs.claim.request, (request, signal) => coordinator.claim(request, signal)),
    serve('renew', verbs.renew.request, (request, signal) => coordinator.renew(request, signal)),
    serve('record', verbs.record.request, (request, signal) => coordinator.record(request, signal)),
    serve('extendHold', verbs.extendHold.request, (request, signal) => coordinator.extendHold(request, signal)),
    serve('recall', verbs.recall.request, (request, signal) => coordinator.recall(request, signal)),
    serve('secret', verbs.secret.request, (request, signal) => coordinator.secret(request, signal)),
    serve('permitEffect', verbs.permitEffect.request, (request, signal) => coordinator.permitEffect(request, signal)),
  ])
  return services.move()
}

function parseRequest<Request extends z.ZodType>(verb: CoreVerb, schema: Request, payload: unknown): z.output<Request> {
  const parsed = schema.safeParse(payload)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.slice(0, 20).map((issue) => ({ path: issue.path.map(String), message: issue.message }))
  throw new CodeForgeError('invalid-input', `The request '${verb}' is not valid.`, { cause: parsed.error, details: { fields } })
}
