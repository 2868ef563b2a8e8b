import type { Command } from 'commander'
import { ModeSummary } from '@codeforge/contracts/api'
import { z } from 'zod'
import { withSession } from '../api/with-session.ts'
import { firstSentence } from '../output/figures.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'

const Modes = z.strictObject({ items: z.array(ModeSummary) })
const looks = { work: false } as const

/** `codeforge modes`: what runs may choose from. */
export function addCatalogue(program: Command, terminal: Terminal): void {
  program.command('modes')
    .summary('list modes')
    .description('Lists modes: ways of working, each with its tools and its prompt.')
    .option('--json', 'prints one JSON object')
    .action(async ({ json }: { json?: true }, command: Command) =>
      withSession(command, terminal, looks, async ({ session: { client } }) => {
        const { items } = await client.get('/modes', Modes)
        if (json) terminal.print(JSON.stringify({ items }))
        else for (const line of table([head(['MODE', 'DOES'], terminal.out), ...items.map(({ id, description }) => [id, firstSentence(description)])])) terminal.print(line)
        return 0
      }))
}

function head(words: readonly string[], c: Terminal['out']): string[] {
  return words.map((word) => c.dim(word))
}
