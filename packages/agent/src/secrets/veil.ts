import type { Message } from '@codeforge/contracts/message'
import type { Redactor } from '@codeforge/contracts/secret'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import type { Coordinator } from '@codeforge/ports/coordinator'
import type { Llm, LlmRequest } from '@codeforge/ports/llm'
import type { Queue } from '@codeforge/ports/queue'
import { maskDetected } from './detect-secrets.ts'

type Known = Pick<Redactor, 'redact' | 'openEnd'>

/** Ports through which texts leave a worker. */
interface Outlets {
  readonly coordinator: Coordinator
  readonly llms: Readonly<Partial<Record<string, Llm>>>
  readonly artifactStore: ArtifactStore
  readonly queue: Pick<Queue, 'broadcast'>
}

/**
 * The same ports, which let no secret out: values of configured secrets, in the forms in which they show up, and what looks
 * like a secret. Whatever a run sends to a model, an event, an artifact or a watcher goes through one of these. Patches and
 * packed objects pass unchanged, since a changed one would be a broken one; delivery refuses a patch that holds a secret.
 */
export function veil<Ports extends Outlets>(ports: Ports, known: Known): Ports {
  const mask = rememberingMask(known)
  const llms = Object.fromEntries(Object.entries(ports.llms).map(([name, llm]) => [name, llm && veiledLlm(llm, mask)]))
  return {
    ...ports,
    llms,
    coordinator: veiledCoordinator(ports.coordinator, mask),
    artifactStore: veiledArtifacts(ports.artifactStore, mask),
    queue: veiledQueue(ports.queue, known),
  }
}

type Mask = (text: string) => Promise<string>

/** Texts of a conversation are sent with each turn anew; this many masked ones are remembered. */
const mostRemembered = 1000
/** Longer texts, such as all that a command printed, come once: remembering them would only fill the memory. */
const longestRemembered = 20_000
/** Shorter texts hold no secret of either kind. */
const shortestText = 6

function rememberingMask(known: Known): Mask {
  const remembered = new Map<string, string>()
  return async (text) => {
    if (text.length < shortestText) return text
    const before = remembered.get(text)
    if (before !== undefined) return before
    const masked = await maskDetected(known.redact(text))
    if (text.length > longestRemembered) return masked
    if (remembered.size >= mostRemembered) remembered.delete(remembered.keys().next().value ?? '')
    remembered.set(text, masked)
    return masked
  }
}

function veiledLlm(llm: Llm, mask: Mask): Llm {
  return {
    async *complete(request, signal) {
      yield* llm.complete(await veiledRequest(request, mask), signal)
    },
    models: async (signal) => llm.models(signal),
  }
}

async function veiledRequest(request: LlmRequest, mask: Mask): Promise<LlmRequest> {
  return { ...request, messages: await Promise.all(request.messages.map(async (message) => await maskDeep(message, mask) as Message)) }
}

function veiledCoordinator(coordinator: Coordinator, mask: Mask): Coordinator {
  return {
    announce: async (request, signal) => coordinator.announce(request, signal),
    claim: async (request, signal) => coordinator.claim(request, signal),
    renew: async (request, signal) => coordinator.renew(request, signal),
    record: async (request, signal) => coordinator.record({ ...request, facts: await maskDeep(request.facts, mask) as typeof request.facts }, signal),
    extendHold: async (request, signal) => coordinator.extendHold(request, signal),
    recall: async (request, signal) => coordinator.recall(request, signal),
    secret: async (request, signal) => coordinator.secret(request, signal),
    permitEffect: async (request, signal) => coordinator.permitEffect(request, signal),
  }
}

function veiledArtifacts(store: ArtifactStore, mask: Mask): ArtifactStore {
  return {
    async put(bytes, mediaType, signal) {
      const isText = bytes instanceof Uint8Array && /^(text\/plain|application\/json)/.test(mediaType)
      return store.put(isText ? await maskBytes(bytes, mask) : bytes, mediaType, signal)
    },
    get: async (digest, signal) => store.get(digest, signal),
    stream: (digest, signal) => store.stream(digest, signal),
    has: async (digest) => store.has(digest),
    delete: async (digest) => store.delete(digest),
    list: () => store.list(),
  }
}

/** Bytes that are no valid text stay as they are where nothing is found in them. */
async function maskBytes(bytes: Uint8Array, mask: Mask): Promise<Uint8Array> {
  const text = Buffer.from(bytes).toString('utf8')
  const masked = await mask(text)
  return masked === text ? bytes : Buffer.from(masked)
}

/** What is shown while it is printed comes in pieces; the end of one that may begin a secret waits for the next. */
function veiledQueue<Broadcaster extends Pick<Queue, 'broadcast'>>(queue: Broadcaster, known: Known): Broadcaster {
  const held = new Map<string, string>()
  return {
    ...queue, // a worker also takes its jobs there
    broadcast(subject, payload) {
      const message = payload as { readonly kind?: string; readonly text?: string; readonly runId?: string; readonly callId?: string; readonly turn?: number }
      if (typeof message.text !== 'string') return queue.broadcast(subject, payload)
      const source = [message.kind, message.runId, message.callId, message.turn].join(' ')
      const text = (held.get(source) ?? '') + message.text
      const open = known.openEnd(text)
      held.delete(source)
      if (open > 0) held.set(source, text.slice(-open))
      const shown = known.redact(open > 0 ? text.slice(0, -open) : text)
      if (shown !== '') queue.broadcast(subject, { ...message, text: shown })
    },
  }
}

/** Every text within a value, masked; what holds none is the same value. */
async function maskDeep(value: unknown, mask: Mask): Promise<unknown> {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return Promise.all(value.map(async (item) => maskDeep(item, mask)))
  if (value === null || typeof value !== 'object') return value
  const entries = await Promise.all(Object.entries(value).map(async ([key, item]) => [key, await maskDeep(item, mask)] as const))
  return Object.fromEntries(entries)
}
