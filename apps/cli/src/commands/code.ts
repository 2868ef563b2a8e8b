import type { SearchOptions } from '@codeforge/context/search/search-hit'
import type { SemanticStatus } from '@codeforge/context/semantic/semantic-status'
import type { DeepSearched } from '@codeforge/contracts/code'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Command } from 'commander'
import { deepNotes, searchDeeply } from '../code/deep-lines.ts'
import { graphLines } from '../code/graph-lines.ts'
import { meaningLine, statsLines, summaryLine } from '../code/index-lines.ts'
import { openCode, type OpenCode } from '../code/open-code.ts'
import { placeIn } from '../code/place-in.ts'
import { hitLines, searchLine } from '../code/search-lines.ts'
import { showProgress } from '../code/show-progress.ts'
import { inputLines } from '../input-lines.ts'
import type { Terminal } from '../output/terminal.ts'
import { commandName } from '../output/command-name.ts'
import { positiveInteger } from '../parse-values.ts'

const defaultMapTokens = 2000
const defaultPackTokens = 8000
const mostHops = 3

/** `codeforge index`, `search`, `map`, `graph` and `pack`: a repository to ask, without a server. */
export function addCode(program: Command, terminal: Terminal): void {
  addIndex(program, terminal)
  addSearch(program, terminal)
  addMap(program, terminal)
  addGraph(program, terminal)
  addPack(program, terminal)
}

function onRepository(command: Command): Command {
  return command.option('--repo <dir>', 'repository, or any directory', '.')
}

function addIndex(program: Command, terminal: Terminal): void {
  onRepository(program.command('index'))
    .summary('index a repository')
    .description('Brings the index of a repository up to date, exact symbols included. Only what changed is read.')
    .option('--stats', 'shows everything that is known of the index')
    .option('--no-embed', 'sends nothing to the embeddings endpoint, though one is configured')
    .option('--json', 'prints one JSON object')
    .action(async ({ repo, stats, json, embed }: { repo: string; stats?: true; json?: true; embed: boolean }, command: Command) => {
      await using open = await openCode(command, terminal, { repo, exact: true })
      const semantic = embed ? await embedAll(open, terminal) : await open.code.semanticNow(terminal.gone)
      if (json) terminal.print(JSON.stringify({ repository: open.root, ...open.status, semantic }))
      else for (const line of stats ? statsLines(open.status, semantic, terminal.out) : [summaryLine(open.status), ...meaningLine(semantic)]) terminal.print(line)
    })
}

/** Embeds what has no vector yet, where that is configured; Ctrl-C keeps what was done. */
async function embedAll({ code }: OpenCode, terminal: Terminal): Promise<SemanticStatus> {
  const progress = await showProgress(terminal)
  try {
    return await code.embed(terminal.gone, progress.showEmbedding)
  } finally {
    progress.end()
  }
}

interface SearchFlags {
  readonly repo: string
  readonly top?: number
  readonly files?: true
  readonly under?: string
  readonly deep?: true
  readonly json?: true
  readonly stdin?: true
}

function addSearch(program: Command, terminal: Terminal): void {
  onRepository(program.command('search'))
    .summary('find places in a repository')
    .description('Finds the places of a repository that a query is about: by words, names, paths and what past changes touched.')
    .argument('[query]', 'task, question, error message or name')
    .option('--top <n>', 'most hits (default: retrieval.topK, which is 20)', positiveInteger)
    .option('--files', 'ranked distinct files in place of places')
    .option('--under <dir>', 'only below this directory of the repository, or this file')
    .option('--deep', 'a model says the query in other words and orders what is found; it costs what the model costs')
    .option('--json', 'prints one JSON object')
    .option('--stdin', 'reads queries from standard input: one JSON object {id, query} per line, answered by one {id, hits} per line')
    .action(async (query: string | undefined, flags: SearchFlags, command: Command) => {
      if ((query === undefined) === (flags.stdin === undefined)) throw new CodeForgeError('invalid-input', 'Give either a query or --stdin.')
      if (flags.deep && (flags.stdin || flags.files)) throw new CodeForgeError('invalid-input', '--deep finds places for one query: it goes with neither --stdin nor --files.')
      await using open = await openCode(command, terminal, { repo: flags.repo })
      const options: SearchOptions & { readonly top: number } = { top: flags.top ?? open.tuning.topK, files: flags.files === true, ...(flags.under !== undefined && { under: placeIn(open.root, flags.under) }) }
      if (query === undefined) return answerLines(terminal, async (text) => searchLine(text, async (one) => open.code.find(one, options, terminal.gone)))
      if (flags.deep) return showDeeply(terminal, query, await searchDeeply(command, open, query, options, terminal.gone), flags.json === true)
      const { hits, semantic } = await open.code.find(query, options, terminal.gone)
      if (flags.json) return terminal.print(JSON.stringify({ query, exact: open.status.exact, semantic, hits }))
      for (const line of hitLines(hits, flags.files === true, terminal.out)) terminal.print(line)
      terminal.note(terminal.err.dim(`Searched by ${semantic.text}.`))
      noteQuickScan(terminal, open)
    })
}

/** Says that exact symbols may still change an answer, and how to have them. */
function noteQuickScan(terminal: Terminal, { status }: OpenCode): void {
  if (!status.exact) terminal.note(terminal.err.dim(`Definitions and uses come from a quick scan so far; \`${commandName()} index\` of this repository makes them exact.`))
}

function showDeeply(terminal: Terminal, query: string, found: DeepSearched, json: boolean): void {
  if (json) return terminal.print(JSON.stringify({ query, ...found }))
  for (const line of hitLines(found.hits, false, terminal.out)) terminal.print(line)
  for (const line of deepNotes(found)) terminal.note(terminal.err.dim(line))
}

async function answerLines(terminal: Terminal, answer: (line: string) => Promise<Readonly<Record<string, unknown>>>): Promise<void> {
  for await (const line of inputLines(process.stdin)) {
    if (terminal.gone.aborted) return
    if (line.trim() !== '') terminal.print(JSON.stringify(await answer(line)))
  }
}

function addMap(program: Command, terminal: Terminal): void {
  onRepository(program.command('map'))
    .summary('show the most important definitions of a repository')
    .description('Shows the most important files and definitions of a repository within a budget of tokens.')
    .option('--tokens <n>', 'most tokens', positiveInteger, defaultMapTokens)
    .option('--focus <text>', 'a task that the map leans to')
    .option('--json', 'prints one JSON object')
    .action(async ({ repo, tokens, focus, json }: { repo: string; tokens: number; focus?: string; json?: true }, command: Command) => {
      await using open = await openCode(command, terminal, { repo })
      const map = open.code.map({ tokens, ...(focus !== undefined && { focus }) })
      if (json) return terminal.print(JSON.stringify({ ...map, exact: open.status.exact }))
      if (map.text === '') terminal.note('No definition fits.')
      else terminal.print(map.text.trimEnd())
      noteQuickScan(terminal, open)
    })
}

function addGraph(program: Command, terminal: Terminal): void {
  onRepository(program.command('graph'))
    .summary('show what a symbol is connected to')
    .description('Shows where a symbol is defined and used, and what is near it: what calls, imports or inherits from it, and what it does so itself.')
    .argument('<symbol>', 'name of a symbol, or path of a file')
    .option('--hops <n>', `how far to go, at most ${mostHops} (default: retrieval.graphMaxHops, which is 2)`, positiveInteger)
    .option('--top <n>', 'most neighbours (default: retrieval.graphTopK, which is 10)', positiveInteger)
    .option('--json', 'prints one JSON object')
    .action(async (symbol: string, { repo, hops, top, json }: { repo: string; hops?: number; top?: number; json?: true }, command: Command) => {
      await using open = await openCode(command, terminal, { repo, exact: true })
      const { code } = open
      const graph = { definitions: code.symbol(symbol), references: code.references(symbol), related: code.related(symbol, { ...(hops !== undefined && { hops: Math.min(hops, mostHops) }), ...(top !== undefined && { top }) }) }
      if (json) return terminal.print(JSON.stringify({ symbol, ...graph }))
      if (graph.definitions.length + graph.references.length + graph.related.length === 0) throw new CodeForgeError('not-found', `No symbol is named '${symbol}'. Names are taken as they are written in the code; \`codeforge search\` finds by words.`)
      for (const line of graphLines(graph, terminal.out)) terminal.print(line)
    })
}

function addPack(program: Command, terminal: Terminal): void {
  onRepository(program.command('pack').requiredOption('--task <text>', 'what is to be done'))
    .summary('choose what to read for a task')
    .description('Chooses what somebody should read before doing a task, within a budget of tokens, and prints it with the reason for each piece.')
    .option('--tokens <n>', 'most tokens', positiveInteger, defaultPackTokens)
    .option('--json', 'prints one JSON object')
    .action(async ({ repo, task, tokens, json }: { repo: string; task: string; tokens: number; json?: true }, command: Command) => {
      await using open = await openCode(command, terminal, { repo })
      const pack = await open.code.pack({ task, tokens }, terminal.gone)
      if (json) return terminal.print(JSON.stringify({ ...pack, exact: open.status.exact }))
      if (pack.text === '') terminal.note(pack.note)
      else terminal.print(pack.text.trimEnd())
      noteQuickScan(terminal, open)
    })
}
