import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { CodeKind, CodeQuestion, CodeStatus, SemanticStatus as ToldSemantics } from '@codeforge/contracts/code'
import type { CodeSearch, SearchStatus } from '@codeforge/context/search/code-search'
import type { SemanticStatus } from '@codeforge/context/semantic/semantic-status'

/** What one question comes to: the result still as a value. */
export interface CodeAnswer {
  readonly status: CodeStatus
  readonly result: unknown
}

/** Brings a repository's index up to date and answers a question from it. */
export async function answer(code: CodeSearch, request: CodeQuestion['request'], signal: AbortSignal): Promise<CodeAnswer> {
  const quick = await code.refresh(signal)
  const status = (request.kind === 'index' || request.kind === 'extract-graph') && !quick.exact ? await code.complete(signal) : quick
  return answerKnown(code, statusOf(status), request, signal)
}

/** Answers from what was read last. */
export async function answerKnown(code: CodeSearch, status: CodeStatus, request: CodeQuestion['request'], signal: AbortSignal): Promise<CodeAnswer> {
  // Of a tree that was just read anew the status says what is left to embed: else whoever asked for it would look no further.
  if (request.kind === 'index') return { result: null, status: { ...status, semantic: told(await code.semanticNow(signal)) } }
  if (request.kind !== 'search') return { result: await resultOf(code, request, signal), status: { ...status, semantic: told(code.semantic()) } }
  const { query, top, files, under } = request
  const { hits, semantic } = await code.find(query, { ...(top !== undefined && { top }), files, ...(under !== undefined && { under }) }, signal)
  return { result: hits, status: { ...status, semantic: told(semantic) } }
}

/** Whether a question is one for whose sake a repository is embedded: others only look at what is known. */
export function mayEmbed(kind: CodeKind): boolean {
  return kind === 'index' || kind === 'search' || kind === 'pack'
}

async function resultOf(code: CodeSearch, request: Exclude<CodeQuestion['request'], { kind: 'search' | 'index' }>, signal: AbortSignal): Promise<unknown> {
  switch (request.kind) {
    case 'status':
      return null
    case 'excerpts':
      return code.excerpts(request.places)
    case 'deep-search':
      throw new CodeForgeError('internal', 'A deep search is no question to an index.')
    case 'map':
      return code.map({ tokens: request.tokens, ...(request.focus !== undefined && { focus: request.focus }) })
    case 'symbol':
      return code.symbol(request.name)
    case 'references':
      return code.references(request.name)
    case 'related':
      return code.related(request.symbolOrPath, { ...(request.hops !== undefined && { hops: request.hops }), ...(request.top !== undefined && { top: request.top }) })
    case 'graph':
      return code.fileGraph({ top: request.top, ...(request.focus !== undefined && { focus: request.focus }) })
    case 'extract-graph':
      return code.graphColumns(signal)
    case 'predict':
      return code.predictFiles(request.task, request.top)
    case 'pack':
      return code.pack({ task: request.task, tokens: request.tokens, ...(request.model !== undefined && { model: request.model }) }, signal)
    default:
      return request satisfies never
  }
}

function statusOf({ version, files, chunks, definitions, commits, exact, milliseconds, report }: SearchStatus): CodeStatus {
  return { version, files, chunks, definitions, commits, exact, milliseconds, skipped: report.skipped.length, storeBytes: report.storeBytes }
}

function told({ model, chunks, embedded, use, trouble, used, text }: SemanticStatus): ToldSemantics {
  return { model, chunks, embedded, use, trouble, used, text }
}
