import type { Message } from '@codeforge/contracts/message'
import type { Redactor } from '@codeforge/contracts/secret'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import type { Coordinator } from '@codeforge/ports/coordinator'
import type { Embeddings } from '@codeforge/ports/embeddings'
import type { Llm, LlmRequest } from '@codeforge/ports/llm'
import type { Queue } from '@codeforge/ports/queue'
import { maskDetected, mayHoldSecret } from './detect-secrets.ts'

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

/** A model that no secret is sent to, for what is no run. */
export function veiledModel(llm: Llm, known: Known): Llm {
  return veiledLlm(llm, rememberingMask(known))
}

/** Embeddings that let no secret out either: a text goes masked, and its vector is that of the masked text. */
export function veiledEmbeddings(embeddings: Embeddings, known: Known): Embeddings {
  // Chunks come once each: none is remembered.
  const mask = async (text: string): Promise<string> => maskDetected(known.redact(text))
  return {
    embed: async (request, signal) => embeddings.embed({ ...request, texts: await Promise.all(request.texts.map(mask)) }, signal),
  }
}

/** At once where the text was masked before, or is plainly none that holds a secret. */
type Mask = (text: string) => string | Promise<string>

/** Texts that were looked at closely are so again: in another fact, in the request to the model. This many are remembered. */
const mostRemembered = 1000
/** Longer texts, such as all that a command printed, come once: remembering them would only fill the memory. */
const longestRemembered = 20_000
/** Shorter texts hold no secret of either kind. */
const shortestText = 6

function rememberingMask(known: Known): Mask {
  const remembered = new Map<string, string>()
  const remember = (text: string, masked: string): string => {
    if (text.length > longestRemembered) return masked
    if (remembered.size >= mostRemembered) remembered.delete(remembered.keys().next().value ?? '')
    remembered.set(text, masked)
    return masked
  }
  return (text) => {
    if (text.length < shortestText) return text
    const before = remembered.get(text)
    if (before !== undefined) return before
    const redacted = known.redact(text)
    return mayHoldSecret(redacted) ? maskDetected(redacted).then((masked) => remember(text, masked)) : redacted
  }
}

function veiledLlm(llm: Llm, mask: Mask): Llm {
  // Messages of a conversation never change and are sent in each turn anew.
  const seen = new WeakMap<Message, Message>()
  return {
    async *complete(request, signal) {
      yield* llm.complete(await veiledRequest(request, mask, seen), signal)
    },
    models: async (signal) => llm.models(signal),
  }
}

async function veiledRequest(request: LlmRequest, mask: Mask, seen: WeakMap<Message, Message>): Promise<LlmRequest> {
  const messages: Message[] = []
  for (const message of request.messages) {
    const before = seen.get(message)
    const masked = before ?? await maskDeep(message, mask)
    if (!before) seen.set(message, masked)
    messages.push(masked)
  }
  return { ...request, messages }
}

function veiledCoordinator(coordinator: Coordinator, mask: Mask): Coordinator {
  return {
    announce: async (request, signal) => coordinator.announce(request, signal),
    claim: async (request, signal) => coordinator.claim(request, signal),
    renew: async (request, signal) => coordinator.renew(request, signal),
    record: async (request, signal) => coordinator.record({ ...request, facts: await maskDeep(request.facts, mask) }, signal),
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
async function maskDeep<Value>(value: Value, mask: Mask): Promise<Value> {
  const texts = new Set<string>()
  gatherTexts(value, texts)
  const changed = new Map<string, string>()
  for (const text of texts) {
    const masked = mask(text)
    const known = typeof masked === 'string' ? masked : await masked
    if (known !== text) changed.set(text, known)
  }
  return changed.size === 0 ? value : (replaceTexts(value, changed) as Value)
}

function gatherTexts(value: unknown, texts: Set<string>): void {
  if (typeof value === 'string') {
    if (value.length >= shortestText) texts.add(value)
  } else if (value !== null && typeof value === 'object') {
    for (const item of Object.values(value)) gatherTexts(item, texts)
  }
}

function replaceTexts(value: unknown, changed: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return changed.get(value) ?? value
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, changed))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceTexts(item, changed)]))
}
