import { codeResults } from '@codeforge/contracts/code'
import type { CodeHit, CodeKind, CodeRequest } from '@codeforge/contracts/code'
import type { z } from 'zod'
import { numberOf, textOf } from '../arguments.ts'
import { headAndTail } from '../bounded-text.ts'
import { failed, succeeded, type Tool, type ToolArguments, type ToolContext, type ToolResult } from '../tool.ts'

const defaultTop = 10
const mostTop = 50
const defaultMapTokens = 1500
const mostMapTokens = 8000
const mostLines = 100

type Result<Kind extends CodeKind> = z.output<(typeof codeResults)[Kind]>

/** A tool that asks about the code of the workspace; an index that cannot answer is a failed call, with what to use instead. */
function codeTool<Kind extends CodeKind>(
  name: string, requestOf: (args: ToolArguments) => Extract<CodeRequest, { kind: Kind }>, show: (result: Result<Kind>, args: ToolArguments) => readonly string[],
): Tool {
  return {
    name,
    writes: false,
    async run(args, { code }: ToolContext, signal): Promise<ToolResult> {
      try {
        const request = requestOf(args)
        const result = codeResults[request.kind].parse(await code(request, signal)) as Result<Kind>
        const lines = show(result, args)
        const more = lines.length > mostLines ? [`... and ${lines.length - mostLines} more`] : []
        return succeeded(headAndTail([...lines.slice(0, mostLines), ...more].join('\n')))
      } catch (error) {
        return cannotAnswer(error, signal)
      }
    },
  }
}

function cannotAnswer(error: unknown, signal: AbortSignal): ToolResult {
  signal.throwIfAborted()
  return failed(`The index cannot answer now (${error instanceof Error ? error.message : String(error)}). Use search_files and list_files.`)
}

function searched(args: ToolArguments): { readonly query: string; readonly top: number; readonly under?: string } {
  const under = textOf(args, 'path').replace(/^\.?\/*/, '')
  return { query: textOf(args, 'query'), top: Math.min(Math.max(numberOf(args, 'top', defaultTop), 1), mostTop), ...(under !== '' && { under }) }
}

function hitLines(hits: readonly CodeHit[]): readonly string[] {
  if (hits.length === 0) return ['Nothing was found.']
  return hits.map(({ path, startLine, endLine, symbol, why }) => `${path}:${startLine}-${endLine}${symbol === null ? '' : ` ${symbol}`} (${why[0]?.text ?? 'it fits'})`)
}

const plainSearch = codeTool<'search'>('search_code', (args) => ({ kind: 'search', files: false, ...searched(args) }), hitLines)

/** With `deep`, a model helps: it says the query in other words and orders what was found [COD-07]. Without it, the index alone answers. */
const searchCode: Tool = {
  ...plainSearch,
  run: async (args, context, signal) => (args['deep'] === true ? searchDeeply(args, context, signal) : plainSearch.run(args, context, signal)),
}

async function searchDeeply(args: ToolArguments, context: ToolContext, signal: AbortSignal): Promise<ToolResult> {
  try {
    const { hits, queries, reranked, notes } = await context.searchDeeply(searched(args), signal)
    const how = `Searched for: ${queries.join(' | ')}. ${reranked ? 'The model put the best first.' : 'Scores decided the order.'}`
    return succeeded(headAndTail([...hitLines(hits), how, ...notes].join('\n')))
  } catch (error) {
    return cannotAnswer(error, signal)
  }
}

const findSymbol = codeTool('find_symbol', (args) => ({ kind: 'symbol', name: textOf(args, 'name') }), (places, args) => (places.length === 0
  ? [`No definition of '${textOf(args, 'name')}' is known.`]
  : places.map(({ path, startLine, endLine, kind, name, signature }) => `${path}:${startLine}-${endLine} ${signature || `${kind} ${name}`}`)))

const findReferences = codeTool('find_references', (args) => ({ kind: 'references', name: textOf(args, 'name') }), (places, args) => (places.length === 0
  ? [`No use of '${textOf(args, 'name')}' is known.`]
  : places.map(({ path, line, kind, within }) => `${path}:${line} ${kind}${within === null ? '' : ` in ${within}`}`)))

const repoMap = codeTool('repo_map', (args) => {
  const focus = textOf(args, 'focus')
  return { kind: 'map', tokens: Math.min(Math.max(numberOf(args, 'tokens', defaultMapTokens), 50), mostMapTokens), ...(focus !== '' && { focus }) }
}, ({ text }) => [text.trimEnd()])

/** The tools of the bundle `code`. */
export const codeTools: readonly Tool[] = [searchCode, findSymbol, findReferences, repoMap]
