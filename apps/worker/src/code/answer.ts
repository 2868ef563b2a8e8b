import type { CodeQuestion, CodeStatus } from '@codeforge/contracts/code'
import type { CodeSearch, SearchStatus } from '@codeforge/context/search/code-search'

/** What one question comes to: the result still as a value. */
export interface CodeAnswer {
  readonly status: CodeStatus
  readonly result: unknown
}

/** Brings a repository's index up to date and answers a question from it. */
export async function answer(code: CodeSearch, request: CodeQuestion['request'], signal: AbortSignal): Promise<CodeAnswer> {
  const quick = await code.refresh(signal)
  const status = request.kind === 'index' && !quick.exact ? await code.complete(signal) : quick
  return { status: statusOf(status), result: await resultOf(code, request, signal) }
}

/** A result from what was read last. */
export async function resultOf(code: CodeSearch, request: CodeQuestion['request'], signal: AbortSignal): Promise<unknown> {
  switch (request.kind) {
    case 'index':
      return null
    case 'search': {
      const { query, top, files, under } = request
      return code.search(query, { top, files, ...(under !== undefined && { under: under.replace(/\/*$/, '/') }) })
    }
    case 'map':
      return code.map({ tokens: request.tokens, ...(request.focus !== undefined && { focus: request.focus }) })
    case 'symbol':
      return code.symbol(request.name)
    case 'references':
      return code.references(request.name)
    case 'related':
      return code.related(request.symbolOrPath, { hops: request.hops, top: request.top })
    case 'graph':
      return code.fileGraph({ top: request.top, ...(request.focus !== undefined && { focus: request.focus }) })
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
