import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { LocalDeepSearch } from '@codeforge/host/local-deep-search'
import { indexOf } from '../code/deep-lines.ts'
import type { LiveCode } from './live-code.ts'

const readOnly = { readOnlyHint: true, openWorldHint: false } as const

/** An MCP server that offers code intelligence over one repository: search, map, symbol, references, related, pack, and where a model is configured deep_search. */
export function codeServer(live: LiveCode, helper: LocalDeepSearch | null, version: string): McpServer {
  const server = new McpServer(
    { name: 'codeforge', version },
    { instructions: `Code intelligence over the repository ${live.root}. Start with "search" or "map"; lines count from 1.` },
  )
  addSearch(server, live)
  if (helper !== null) addDeepSearch(server, live, helper)
  addMap(server, live)
  addSymbols(server, live)
  addPack(server, live)
  return server
}

function addSearch(server: McpServer, live: LiveCode): void {
  server.registerTool('search', {
    title: 'Search the repository',
    description: 'Finds the places that a task, question, error message or name is about, best first, and says why.',
    inputSchema: z.object({
      query: z.string().trim().min(1).max(20_000),
      top: z.number().int().min(1).max(200).default(10),
      files: z.boolean().default(false).describe('ranked distinct files in place of places'),
      under: z.string().optional().describe('only below this directory'),
    }),
    annotations: readOnly,
  }, async ({ query, top, files, under }, { mcpReq }) => {
    const { code, exact } = await live.code()
    const { hits, semantic } = await code.find(query, { top, files, ...(under !== undefined && { under }) }, mcpReq.signal)
    return answer({ answeredBy: semantic.text, ...soFar(exact), ...none(hits, under === undefined ? 'Nothing holds these words. Try fewer or other ones, or "map".' : `Nothing below '${under}' holds these words, or there is no such directory. Try without "under".`), hits: hits.map(({ why, ...hit }) => ({ ...hit, why: why.map(({ text }) => text) })) })
  })
}

function addDeepSearch(server: McpServer, live: LiveCode, helper: LocalDeepSearch): void {
  server.registerTool('deep_search', {
    title: 'Search the repository with the help of a model',
    description: 'As "search", but a model says the query in other words, all of them are searched for, and it orders what was found. Slower, and paid: only where "search" did not find it.',
    inputSchema: z.object({
      query: z.string().trim().min(1).max(20_000),
      top: z.number().int().min(1).max(200).default(10),
      under: z.string().optional().describe('only below this directory'),
    }),
    annotations: { readOnlyHint: true, openWorldHint: true },
  }, async ({ query, top, under }, { mcpReq }) => {
    const index = indexOf((await live.code()).code, { top, ...(under !== undefined && { under }) })
    const { hits, ...how } = await helper.search(index, query, top, mcpReq.signal)
    return answer({ ...how, hits: hits.map(({ why, ...hit }) => ({ ...hit, why: why.map(({ text }) => text) })) })
  })
}

function addMap(server: McpServer, live: LiveCode): void {
  server.registerTool('map', {
    title: 'Map of the repository',
    description: 'The most important files and definitions of the repository within a budget of tokens, leaning to a task where one is given.',
    inputSchema: z.object({ tokens: z.number().int().min(50).max(50_000).default(2000), focus: z.string().max(20_000).optional() }),
    annotations: readOnly,
  }, async ({ tokens, focus }) => {
    const { code, exact } = await live.code()
    const { text } = code.map({ tokens, ...(focus !== undefined && { focus }) })
    return texts(text, exact)
  })
}

function addSymbols(server: McpServer, live: LiveCode): void {
  const name = z.string().min(1).max(500)
  server.registerTool('symbol', {
    title: 'Definitions of a symbol',
    description: 'Where a name is defined; names that hold it, where none is exactly so.',
    inputSchema: z.object({ name }),
    annotations: readOnly,
  }, async (input) => {
    const { code, exact } = await live.code()
    const definitions = code.symbol(input.name)
    return answer({ ...soFar(exact), ...none(definitions, `Nothing is called '${input.name}', and no name holds it. Try "search".`), definitions })
  })

  server.registerTool('references', {
    title: 'Uses of a symbol',
    description: 'Where a name is called, used, imported or inherited from.',
    inputSchema: z.object({ name }),
    annotations: readOnly,
  }, async (input) => {
    const { code, exact } = await live.code()
    const references = code.references(input.name)
    return answer({ ...soFar(exact), ...none(references, `Nothing that this repository defines is used as '${input.name}'. Try "symbol" or "search".`), references })
  })

  server.registerTool('related', {
    title: 'What a symbol or file is connected to',
    description: 'What is near a symbol or file in the graph of calls, imports and inheritance, with the way there.',
    inputSchema: z.object({ symbolOrPath: name, hops: z.number().int().min(1).max(3).optional(), top: z.number().int().min(1).max(100).optional() }),
    annotations: readOnly,
  }, async ({ symbolOrPath, hops, top }) => {
    const { code, exact } = await live.code()
    const related = code.related(symbolOrPath, { ...(hops !== undefined && { hops }), ...(top !== undefined && { top }) })
    return answer({ ...soFar(exact), ...none(related, `Nothing is connected to '${symbolOrPath}', or no symbol and no file is called so. Paths begin at the root of the repository.`), related })
  })
}

function addPack(server: McpServer, live: LiveCode): void {
  server.registerTool('pack', {
    title: 'Context for a task',
    description: 'What somebody should read before doing a task, within a budget of tokens: files, snippets and a map, each with its reason.',
    inputSchema: z.object({ task: z.string().trim().min(1).max(20_000), tokens: z.number().int().min(200).max(200_000).default(8000) }),
    annotations: readOnly,
  }, async ({ task, tokens }, { mcpReq }) => {
    const { code, exact } = await live.code()
    const { text } = await code.pack({ task, tokens }, mcpReq.signal)
    return texts(text, exact)
  })
}

/** What is said with an answer that exact symbols may still change. */
function soFar(exact: boolean): { readonly symbols?: string } {
  return exact ? {} : { symbols: 'Definitions and uses come from a quick scan so far; exact ones follow.' }
}

/** What to do where nothing was found. */
function none(found: readonly unknown[], hint: string): { readonly hint?: string } {
  return found.length > 0 ? {} : { hint }
}

function texts(text: string, exact: boolean) {
  return { content: [text, ...Object.values(soFar(exact))].map((one) => ({ type: 'text' as const, text: one })) }
}

function answer(value: Readonly<Record<string, unknown>>) {
  return { content: [{ type: 'text' as const, text: JSON.stringify(value) }], structuredContent: value }
}

