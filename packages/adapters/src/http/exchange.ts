import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Redactor } from '@codeforge/contracts/secret'
import { networkError } from './errors.ts'
import type { EndpointOptions } from './options.ts'

export type Timeouts = Pick<EndpointOptions, 'connectTimeoutMs' | 'firstByteTimeoutMs' | 'idleTimeoutMs'>

/** `request` of node:http or node:https, with the agent that keeps its connections. */
export interface Transport {
  request(url: URL, options: RequestOptions): ClientRequest
  readonly agent: Agent
  readonly timeouts: Timeouts
  /** Takes the keys out of errors. */
  readonly redactor: Redactor
}

export interface Outgoing {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A response whose bytes are read as text, or an error with a code. Disposing it frees the connection. */
export interface Exchange extends Disposable {
  readonly response: IncomingMessage
  text(): AsyncIterable<string>
  /** The reader has all it wants: the connection may be kept, if the response ends within moments. */
  done(): void
}

/** Milliseconds that the end of a response may lag behind its last event. */
const lagMs = 500

/**
 * Sends a request and waits for the response's headers. node:http in place of `fetch`, whose limit of five minutes for
 * headers cannot be raised without another package, while a local model may need longer.
 */
export async function exchange(transport: Transport, outgoing: Outgoing, signal: AbortSignal): Promise<Exchange> {
  signal.throwIfAborted()
  const { timeouts, redactor } = transport
  const request = transport.request(outgoing.url, { method: outgoing.method, headers: outgoing.headers, agent: transport.agent })
  // Without a reason: the socket may be back among the agent's idle ones, where nobody listens for its error. `fail` gives the reason.
  const abort = (): void => void request.destroy()
  signal.addEventListener('abort', abort, { once: true })
  const watchdog = new Watchdog(request)
  watchConnection(request, watchdog, timeouts)
  const fail = (cause: unknown, begun: boolean): unknown => (signal.aborted ? signal.reason : networkError(watchdog.error ?? cause, begun, redactor))
  const free = (): void => {
    watchdog.stop()
    signal.removeEventListener('abort', abort)
  }
  let draining = false
  try {
    const response = await responseTo(request, outgoing.body)
    return {
      response,
      text: () => textOf(response, watchdog, timeouts, fail),
      done() {
        draining = true
        drain(response)
      },
      [Symbol.dispose]() {
        free()
        if (!draining) response.destroy() // left early; after its end this does nothing
      },
    }
  } catch (error) {
    free()
    request.destroy()
    throw fail(error, false)
  }
}

/** Ends a request that has been silent for too long, and remembers why. */
class Watchdog {
  readonly #request: ClientRequest
  #timer: NodeJS.Timeout | undefined
  error: CodeForgeError | undefined

  constructor(request: ClientRequest) {
    this.#request = request
  }

  /** Waits anew; `what` ends the sentence "The model endpoint ...". */
  expect(milliseconds: number, what: string): void {
    this.stop()
    this.#timer = setTimeout(() => {
      this.error = new CodeForgeError('llm-unreachable', `The model endpoint ${what} for ${milliseconds} ms.`, { details: { timeoutMs: milliseconds } })
      this.#request.destroy(this.error)
    }, milliseconds)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}

function watchConnection(request: ClientRequest, watchdog: Watchdog, { connectTimeoutMs, firstByteTimeoutMs }: Timeouts): void {
  const connected = (): void => watchdog.expect(firstByteTimeoutMs, 'sent nothing')
  watchdog.expect(connectTimeoutMs, 'did not accept a connection')
  request.once('socket', (socket) => (socket.connecting ? socket.once('connect', connected) : connected()))
}

function responseTo(request: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('error', reject) // stays, so that an error after the headers is never unhandled
    request.once('response', resolve)
    request.end(body)
  })
}

async function* textOf(response: IncomingMessage, watchdog: Watchdog, timeouts: Timeouts, fail: (cause: unknown, begun: boolean) => unknown): AsyncIterable<string> {
  let waitMs = timeouts.firstByteTimeoutMs
  response.setEncoding('utf8')
  try {
    watchdog.expect(waitMs, 'sent nothing')
    // Leaving early must not destroy the response here: `done` may keep the connection.
    for await (const text of response.iterator({ destroyOnReturn: false })) {
      watchdog.stop() // a reader that takes its time is not the endpoint's silence
      yield text as string
      waitMs = timeouts.idleTimeoutMs
      watchdog.expect(waitMs, 'went silent in the middle of its reply')
    }
  } catch (error) {
    throw fail(error, true)
  }
}

/** Reads what is left into nothing, so that the connection can be used again. */
function drain(response: IncomingMessage): void {
  const impatience = setTimeout(() => response.destroy(), lagMs).unref()
  response.once('close', () => clearTimeout(impatience))
  response.resume()
}
