import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { ModelScript, ScriptedReply } from '@codeforge/contracts/model-script'
import type { ChatRequest } from './chat-request.ts'
import type { Fault } from './fault.ts'
import { type WireOptions, chunksOf, completionOf } from './wire-reply.ts'

/** How a reply goes out, whatever it is. */
interface Pace {
  readonly fault: Fault | null
  readonly latencyMs: number
  readonly headers: Readonly<Record<string, string>>
  /** Aborts when the client hangs up or the server closes. */
  readonly gone: AbortSignal
}

export interface Outgoing extends Pace {
  readonly request: ChatRequest
  readonly reply: ScriptedReply
}

/** Sends one reply, with its fault. A client that hung up is no error. */
export async function sendReply(response: ServerResponse, outgoing: Outgoing): Promise<void> {
  try {
    if (outgoing.latencyMs > 0) await pause(outgoing.latencyMs, undefined, { signal: outgoing.gone })
    if (await sendWithoutReply(response, outgoing)) return
    if (outgoing.request.stream) return await sendStream(response, outgoing)
    sendJson(response, 200, completionOf(spoiled(outgoing), wireOptions(outgoing)), outgoing.headers)
  } catch (error) {
    if (!outgoing.gone.aborted) throw error
  }
}

/** Sends a whole reply, with the faults that one can have which is not streamed. */
export async function sendFaultyJson(response: ServerResponse, { status, body }: { readonly status: number; readonly body: object }, pace: Pace): Promise<void> {
  try {
    if (pace.latencyMs > 0) await pause(pace.latencyMs, undefined, { signal: pace.gone })
    if (await sendWithoutReply(response, pace)) return
    if (pace.fault?.kind === 'cut') return void response.destroy()
    sendJson(response, status, body, pace.headers)
  } catch (error) {
    if (!pace.gone.aborted) throw error
  }
}

/** Sends a JSON body. */
export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** The faults that leave no room for a reply; true where one of them was sent. */
async function sendWithoutReply(response: ServerResponse, { fault, gone, headers }: Pace): Promise<boolean> {
  if (fault?.kind === 'never-answers') await forever(gone)
  if (fault?.kind === 'raw') response.writeHead(200, { 'content-type': fault.contentType, ...headers, ...fault.headers }).end(fault.body)
  if (fault?.kind === 'status') {
    const body = fault.body ?? { error: { message: `scripted fault ${fault.status}`, type: 'scripted', code: null } }
    if (typeof body === 'string') response.writeHead(fault.status, { 'content-type': 'text/plain', ...fault.headers }).end(body)
    else sendJson(response, fault.status, body, fault.headers)
  }
  return fault?.kind === 'raw' || fault?.kind === 'status'
}

async function sendStream(response: ServerResponse, outgoing: Outgoing): Promise<void> {
  const { fault, gone } = outgoing
  response.writeHead(200, { 'content-type': 'text/event-stream', ...outgoing.headers })
  response.flushHeaders()
  for (const [index, chunk] of streamed(outgoing).entries()) {
    if (fault?.kind === 'cut' && index >= fault.after) return void response.destroy()
    if (fault?.kind === 'stalls' && index >= fault.after) await forever(gone)
    if (fault?.kind === 'slow') await pause(fault.everyMs, undefined, { signal: gone })
    gone.throwIfAborted()
    if (!response.write(`data: ${chunk}\n\n`)) await drained(response, gone)
  }
  response.end(fault?.kind === 'no-finish' ? '' : 'data: [DONE]\n\n')
}

/** The events of the stream as text, with what the fault puts in or takes out. */
function streamed(outgoing: Outgoing): readonly string[] {
  const { fault } = outgoing
  const events = chunksOf(spoiled(outgoing), wireOptions(outgoing)).map((chunk) => JSON.stringify(chunk))
  if (fault?.kind === 'no-finish') return events.filter((event) => event.includes('"finish_reason":null'))
  if (fault?.kind === 'garbage') return [...events.slice(0, 1), '{"choices": [{', ...events.slice(1)]
  if (fault?.kind === 'error-event') return [...events.slice(0, 2), JSON.stringify({ error: fault.error })]
  return events
}

function spoiled({ reply, fault }: Outgoing): ScriptedReply {
  return fault?.kind === 'huge' ? { ...reply, text: 'lorem '.repeat(Math.ceil(fault.characters / 6)).slice(0, fault.characters) } : reply
}

function wireOptions({ request, fault }: Outgoing): WireOptions {
  return {
    model: request.model,
    place: request.messages.filter((message) => message.role === 'assistant').length + 1,
    includeUsage: request.stream_options?.include_usage ?? false,
    malformedArguments: fault?.kind === 'malformed-arguments',
  }
}

function forever(gone: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  if (gone.aborted) reject(gone.reason)
  gone.addEventListener('abort', () => reject(gone.reason), { once: true })
  return promise
}

function drained(response: ServerResponse, gone: AbortSignal): Promise<unknown> {
  return Promise.race([new Promise((resolve) => response.once('drain', resolve)), forever(gone)])
}

/** The one script a server has serves every model; with more than one the model's name chooses. */
export function chooseScript(scripts: readonly ModelScript[], name: string | null): ModelScript | undefined {
  const [only, ...others] = scripts
  return others.length === 0 && name === null ? only : scripts.find((script) => script.name === name)
}
