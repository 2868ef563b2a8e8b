import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Usage } from '@codeforge/contracts/money'
import type { Clock } from '@codeforge/ports/clock'
import type { Llm, LlmPart, LlmRequest } from '@codeforge/ports/llm'
import type { InlineCall } from '../facts/inflate.ts'

export interface ModelReply {
  readonly text: string
  readonly reasoning: string
  readonly toolCalls: readonly InlineCall[]
  /** What the model sent in place of arguments, by call id. */
  readonly invalid: ReadonlyMap<string, string>
  readonly finish: Extract<LlmPart, { kind: 'ended' }>['finish']
  readonly usage: Usage | null
  readonly costMicroUsd: number | null
  readonly durationMs: number
  readonly firstTokenMs: number | null
}

export interface StreamOptions {
  readonly clock: Clock
  /** Milliseconds of silence that are borne. */
  readonly idleMs: number
  onText(text: string): void
}

/** Reads a reply to its end. A model that falls silent is given up as `llm-unreachable`. */
export async function streamReply(llm: Llm, request: LlmRequest, options: StreamOptions, signal: AbortSignal): Promise<ModelReply> {
  const started = options.clock.monotonic()
  const gathered = { text: '', reasoning: '', calls: [] as InlineCall[], invalid: new Map<string, string>(), firstTokenMs: null as number | null }
  const elapsed = (): number => options.clock.monotonic() - started
  for await (const part of watched(llm, request, options, signal)) {
    gathered.firstTokenMs ??= elapsed()
    switch (part.kind) {
      case 'text.delta':
        gathered.text += part.text
        options.onText(part.text)
        break
      case 'reasoning.delta':
        gathered.reasoning += part.text
        break
      case 'toolcall': {
        const call = unique(part.call, gathered.calls)
        gathered.calls.push(call)
        if (part.invalid !== undefined) gathered.invalid.set(call.id, part.invalid)
        break
      }
      case 'ended': {
        const { text, reasoning, calls: toolCalls, invalid, firstTokenMs } = gathered
        const { finish, usage, costMicroUsd } = part
        return { text, reasoning, toolCalls, invalid, finish, usage, costMicroUsd, durationMs: elapsed(), firstTokenMs }
      }
      default:
        part satisfies never
    }
  }
  throw new CodeForgeError('llm-invalid-reply', 'The reply ended without its last part.')
}

/** Two calls of one turn never share an id: a result must find its call. */
function unique(call: InlineCall, before: readonly InlineCall[]): InlineCall {
  const taken = (id: string): boolean => id === '' || before.some((other) => other.id === id)
  if (!taken(call.id)) return call
  let count = before.length + 1
  while (taken(`${call.id}#${count}`)) count += 1
  return { ...call, id: `${call.id}#${count}` }
}

/** One timer and one listener for all parts of a reply. */
async function* watched(llm: Llm, request: LlmRequest, { clock, idleMs }: StreamOptions, signal: AbortSignal): AsyncIterable<LlmPart> {
  signal.throwIfAborted()
  const over = new AbortController()
  const silent = new AbortController()
  const waiting = { since: clock.monotonic(), giveUp: (_: unknown): void => undefined }
  const stop = (): void => waiting.giveUp(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  void watchSilence(waiting, clock, idleMs, silent, over.signal)
  const parts = llm.complete(request, AbortSignal.any([signal, silent.signal]))[Symbol.asyncIterator]()
  try {
    for (;;) {
      signal.throwIfAborted()
      waiting.since = clock.monotonic()
      const next = await new Promise<IteratorResult<LlmPart>>((resolve, reject) => {
        waiting.giveUp = reject
        parts.next().then(resolve, reject)
      })
      if (next.done) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', stop)
    over.abort(ended)
    silent.abort(ended)
    void parts.return?.().catch(() => undefined)
  }
}

/** A reason without a stack: to make one takes longer than all else of a part. */
const ended = 'the reply has ended'

/** Gives up waiting once nothing was heard for too long. */
async function watchSilence(
  waiting: { readonly since: number, giveUp(error: unknown): void }, clock: Clock, idleMs: number, silent: AbortController, over: AbortSignal,
): Promise<void> {
  for (let left = idleMs; left > 0; left = waiting.since + idleMs - clock.monotonic()) {
    await clock.sleep(left, over).catch(() => undefined)
    if (over.aborted) return
  }
  silent.abort()
  waiting.giveUp(new CodeForgeError('llm-unreachable', `The model was silent for ${Math.round(idleMs / 1000)} s.`))
}
