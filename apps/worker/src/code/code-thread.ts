import { setImmediate } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { CodeSearch } from '@codeforge/context/search/code-search'
import { openRepositorySearch } from '@codeforge/context/search/open-repository-search'
import type { SearchTuning } from '@codeforge/context/search/tuning'
import type { SemanticSettings } from '@codeforge/context/semantic/settings'
import type { CodeQuestion, CodeStatus } from '@codeforge/contracts/code'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { answer, answerKnown, mayEmbed, type CodeAnswer } from './answer.ts'
import type { PortCall, PortResult } from './port-calls.ts'
import { threadSemantic } from './thread-ports.ts'

/** What the thread is told at its start. */
export interface CodeThreadData {
  readonly storeDirectory: string
  /** Null: search by meaning is not configured. */
  readonly semantic: SemanticSettings | null
  readonly tuning: SearchTuning
}

export interface ThreadQuestion {
  readonly directory: string
  readonly request: CodeQuestion['request']
  /** Names the files, where nobody changes them until there is an answer; null: they are looked at. */
  readonly snapshot: string | null
}

/** Into the thread: a question about a directory, that nobody waits for its answer any more, or what a call of a port came to. */
export type CodeThreadRequest =
  | ({ readonly kind: 'ask'; readonly id: number } & ThreadQuestion)
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'returned'; readonly id: number; readonly result: PortResult }

/** Out of it. */
export type CodeThreadReply =
  | { readonly kind: 'answered'; readonly id: number; readonly answer: CodeAnswer }
  | { readonly kind: 'failed'; readonly id: number; readonly code: string; readonly message: string }
  | { readonly kind: 'call'; readonly id: number; readonly call: PortCall }
  /** Nobody waits for what the call comes to. */
  | { readonly kind: 'forget'; readonly id: number }

/** Trees that are kept open; the one that was not asked for longest gives way, unless work on it is under way. */
const mostOpen = 3

const { storeDirectory, semantic: settings, tuning } = workerData as CodeThreadData
const semantic = settings !== null && parentPort !== null ? threadSemantic(settings, parentPort) : null
/** By snapshot, where the tree has one: its directory may be gone. Otherwise by directory. */
const open = new Map<string, CodeSearch>()
/** What a tree came to when it was last read; of a snapshot, whole and undisturbed. */
const statuses = new WeakMap<CodeSearch, CodeStatus>()
/** What is embedded in the background: how to end it, and whether it is wished again for what was read meanwhile. */
const embeddings = new Map<CodeSearch, { readonly ending: AbortController; again: boolean }>()
const cancels = new Map<number, AbortController>()
/** Questions that have no answer yet, by tree. */
const asked = new Map<string, number>()
/** Questions about one tree are answered in turn: they share its index. */
const turns = new Map<string, Promise<void>>()
/** Which question was the newest when a tree was last looked at: those that wait need no further look. */
const looks = new WeakMap<CodeSearch, number>()
let newest = 0

parentPort?.on('message', (message: CodeThreadRequest) => {
  if (message.kind === 'returned') return semantic?.returned(message.id, message.result)
  if (message.kind === 'cancel') return cancels.get(message.id)?.abort(new CodeForgeError('cancelled', 'Nobody waits for the answer any more.'))
  void handle(message)
})

async function handle({ id, directory, request, snapshot }: Extract<CodeThreadRequest, { kind: 'ask' }>): Promise<void> {
  newest = id
  const cancel = new AbortController()
  cancels.set(id, cancel)
  const { signal } = cancel
  const place = { key: snapshot ?? directory, directory }
  count(place.key, 1)
  try {
    // Exact symbols of a large repository take long; meanwhile others are answered from what the quick scan knows.
    if (request.kind === 'index') await (await inTurn(place.key, async () => quickly(place, signal))).complete(signal)
    reply({ kind: 'answered', id, answer: await inTurn(place.key, async () => (snapshot === null ? answerNow(place, { id, request }, signal) : answerAt(place, request, signal))) })
  } catch (error) {
    const code = error instanceof CodeForgeError ? error.code : 'internal'
    reply({ kind: 'failed', id, code, message: error instanceof Error ? error.message : String(error) })
  } finally {
    cancels.delete(id)
    count(place.key, -1)
  }
}

function count(key: string, change: 1 | -1): void {
  const now = (asked.get(key) ?? 0) + change
  if (now > 0) asked.set(key, now)
  else asked.delete(key)
}

/** Answers from the tree as it is; what has no vector yet gets one in the background. */
async function answerNow(place: CodePlace, { id, request }: { readonly id: number; readonly request: CodeQuestion['request'] }, signal: AbortSignal): Promise<CodeAnswer> {
  const code = await codeOf(place, signal)
  const known = statuses.get(code)
  const isFresh = (looks.get(code) ?? -1) >= id && request.kind !== 'index' && request.kind !== 'extract-graph'
  if (known && (request.kind === 'status' || request.kind === 'excerpts')) return answerKnown(code, known, request, signal)
  const seen = newest
  const answered = known && isFresh ? await answerKnown(code, known, request, signal) : await answer(code, request, signal)
  if (!isFresh) {
    statuses.set(code, answered.status)
    looks.set(code, seen)
  }
  if (mayEmbed(request.kind)) embedInBackground(code)
  return answered
}

function embedInBackground(code: CodeSearch): void {
  if (semantic === null) return
  const underWay = embeddings.get(code)
  if (underWay) {
    underWay.again = true
    return
  }
  const embedding = { ending: new AbortController(), again: false }
  embeddings.set(code, embedding)
  // What goes wrong is told with the next answer.
  code.embed(embedding.ending.signal).catch(() => undefined).finally(() => {
    if (embeddings.get(code) !== embedding) return
    embeddings.delete(code)
    if (embedding.again) embedInBackground(code)
  })
}

/** Answers from what is known of a snapshot; one that is not is read first. */
async function answerAt(place: CodePlace, request: CodeQuestion['request'], signal: AbortSignal): Promise<CodeAnswer> {
  const code = await codeOf(place, signal)
  const known = statuses.get(code)
  if (known && request.kind !== 'index') {
    code.readFrom(place.directory) // whoever asked first may be gone, and its files with it
    return answerKnown(code, known, request, signal)
  }
  try {
    const answered = await answer(code, request, signal)
    // Whoever asked gives up before the files change: that must have had its turn before what was read counts as the snapshot.
    await setImmediate()
    signal.throwIfAborted()
    statuses.set(code, answered.status)
    return answered
  } catch (error) {
    close(place.key)
    throw error
  }
}

async function quickly(place: CodePlace, signal: AbortSignal): Promise<CodeSearch> {
  const code = await codeOf(place, signal)
  await code.refresh(signal)
  return code
}

async function inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  const result = (turns.get(key) ?? Promise.resolve()).then(work)
  const turn = result.then(() => undefined, () => undefined).finally(() => {
    if (turns.get(key) === turn) turns.delete(key)
  })
  turns.set(key, turn)
  return result
}

interface CodePlace {
  readonly key: string
  readonly directory: string
}

async function codeOf({ key, directory }: CodePlace, signal: AbortSignal): Promise<CodeSearch> {
  const known = open.get(key)
  if (known) {
    open.delete(key)
    open.set(key, known)
    return known
  }
  const code = await openRepositorySearch({ root: directory, storeDirectory, semantic: semantic?.semantic, tuning }, signal)
  open.set(key, code)
  for (const [other, idle] of open) if (open.size > mostOpen && !asked.has(other) && !embeddings.has(idle)) close(other)
  return code
}

function close(key: string): void {
  const code = open.get(key)
  open.delete(key)
  if (code === undefined) return
  embeddings.get(code)?.ending.abort()
  embeddings.delete(code)
  code[Symbol.dispose]()
}

function reply(message: CodeThreadReply): void {
  parentPort?.postMessage(message)
}
