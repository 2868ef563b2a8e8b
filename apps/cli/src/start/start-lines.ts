import type { RunId } from '@codeforge/contracts/ids'
import type { Host } from '@codeforge/host/host'
import { configDirectory } from '@codeforge/host/config/directories'
import { shortId } from '../output/figures.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'
import { commandName } from '../output/command-name.ts'

type Colours = Terminal['out']

const stores = { 'embedded-postgres': 'embedded PostgreSQL', 'postgres': 'PostgreSQL server' } as const
const queues = { 'in-process': 'in process', 'nats': 'NATS JetStream' } as const

/** What a host tells when it is up. */
export function startLines(host: Host, demonstration: RunId | null, c: Colours): string[] {
  const { config } = host
  const rows = [
    ['dashboard', c.cyan(host.loginUrl())],
    ['', c.dim(`the link signs one browser in, once; \`${commandName()} open\` makes another`)],
    ['store', stores[config.store.adapter]],
    ['queue', queues[config.queue.adapter]],
    ['model', modelOf(host, c)],
    ['sandbox', host.sandbox ?? 'none: this process works on no runs'],
    ['data', host.directory.root],
  ]
  return [
    `${c.bold('CodeForge')} ${host.process.config.version}`,
    ...table(rows.map(([name = '', value = '']) => [c.dim(name), value])).map((line) => `  ${line}`),
    ...(config.llm.baseUrl === null ? modelHelp(c) : []),
    ...demonstrationLines(host, demonstration, c),
    c.dim('Ctrl-C stops it; runs under way go on at the next start.'),
  ]
}

function modelOf({ config: { llm } }: Host, c: Colours): string {
  if (llm.baseUrl === null) return c.yellow('none configured: only the demonstration runs, with the scripted model')
  return `${llm.model ?? 'the first that is listed'} at ${llm.baseUrl}`
}

function modelHelp(c: Colours): string[] {
  return [
    '',
    'To use a model, set CODEFORGE_LLM_BASE_URL (any OpenAI-compatible endpoint) and CODEFORGE_LLM_API_KEY, and start again;',
    `or run ${c.cyan(`${commandName()} init`)} and edit codeforge.yaml in ${configDirectory(process.env)}.`,
  ]
}

function demonstrationLines(host: Host, id: RunId | null, c: Colours): string[] {
  if (id === null) return ['']
  return [
    '',
    `A demonstration is under way (scripted model, everything else real): ${c.cyan(`${host.url}/runs/${id}`)}`,
    c.dim(`${commandName()} logs -f ${shortId(id)} shows it here.`),
    '',
  ]
}
