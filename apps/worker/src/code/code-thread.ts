import { parentPort, workerData } from 'node:worker_threads'
import type { CodeSearch } from '@codeforge/context/search/code-search'
import { openRepositorySearch } from '@codeforge/context/search/open-repository-search'
import type { CodeQuestion } from '@codeforge/contracts/code'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { answer, type CodeAnswer } from './answer.ts'

/** What the thread is told at its start. */
export interface CodeThreadData {
  readonly storeDirectory: string
}

/** Into the thread: a question about a directory, or that nobody waits for its answer any more. */
export type CodeThreadRequest =
  | { readonly kind: 'ask'; readonly id: number; readonly directory: string; readonly request: CodeQuestion['request'] }
  | { readonly kind: 'cancel'; readonly id: number }

/** Out of it. */
export type CodeThreadReply =
  | { readonly kind: 'answered'; readonly id: number; readonly answer: CodeAnswer }
  | { readonly kind: 'failed'; readonly id: number; readonly code: string; readonly message: string }

/** Repositories that are kept open; the one that was not asked for longest gives way. */
const mostOpen = 3

const { storeDirectory } = workerData as CodeThreadData
const open = new Map<string, CodeSearch>()
const cancels = new Map<number, AbortController>()
/** Questions about one directory are answered in turn: they share its index. */
const turns = new Map<string, Promise<void>>()

parentPort?.on('message', (message: CodeThreadRequest) => {
  if (message.kind === 'cancel') return cancels.get(message.id)?.abort(new CodeForgeError('cancelled', 'Nobody waits for the answer any more.'))
  void handle(message)
})

async function handle({ id, directory, request }: Extract<CodeThreadRequest, { kind: 'ask' }>): Promise<void> {
  const cancel = new AbortController()
  cancels.set(id, cancel)
  const { signal } = cancel
  try {
    // Exact symbols of a large repository take long; meanwhile others are answered from what the quick scan knows.
    if (request.kind === 'index') await (await inTurn(directory, async () => quickly(directory, signal))).complete(signal)
    reply({ kind: 'answered', id, answer: await inTurn(directory, async () => answer(await codeOf(directory, signal), request, signal)) })
  } catch (error) {
    const code = error instanceof CodeForgeError ? error.code : 'internal'
    reply({ kind: 'failed', id, code, message: error instanceof Error ? error.message : String(error) })
  } finally {
    cancels.delete(id)
  }
}

async function quickly(directory: string, signal: AbortSignal): Promise<CodeSearch> {
  const code = await codeOf(directory, signal)
  await code.refresh(signal)
  return code
}

async function inTurn<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  const result = (turns.get(directory) ?? Promise.resolve()).then(work)
  const turn = result.then(() => undefined, () => undefined).finally(() => {
    if (turns.get(directory) === turn) turns.delete(directory)
  })
  turns.set(directory, turn)
  return result
}

async function codeOf(directory: string, signal: AbortSignal): Promise<CodeSearch> {
  const known = open.get(directory)
  if (known) {
    open.delete(directory)
    open.set(directory, known)
    return known
  }
  const code = await openRepositorySearch({ root: directory, storeDirectory }, signal)
  open.set(directory, code)
  const [oldest] = open.keys()
  if (open.size > mostOpen && oldest !== undefined && !turns.has(oldest)) {
    open.get(oldest)?.[Symbol.dispose]()
    open.delete(oldest)
  }
  return code
}

function reply(message: CodeThreadReply): void {
  parentPort?.postMessage(message)
}
