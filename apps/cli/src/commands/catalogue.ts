import type { Command } from 'commander'
import { ModeSummary, PolicySummary } from '@codeforge/contracts/api'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { stringify } from 'yaml'
import { z } from 'zod'
import { withSession } from '../api/with-session.ts'
import { dollars } from '../output/figures.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'

const Policies = z.strictObject({ items: z.array(PolicySummary) })
const Modes = z.strictObject({ items: z.array(ModeSummary) })
const looks = { work: false } as const

/** `codeforge policies` and `modes`: what runs may choose from. */
export function addCatalogue(program: Command, terminal: Terminal): void {
  const policies = program.command('policies')
    .summary('list policy profiles, or show one')
    .description('Lists policy profiles: what a run may do, and what it may cost.')
    .option('--json', 'prints one JSON object')
    .action(async ({ json }: { json?: true }, command: Command) =>
      withSession(command, terminal, looks, async ({ session: { client } }) => {
        const { items } = await client.get('/policies', Policies)
        if (json) terminal.print(JSON.stringify({ items }))
        else for (const line of policyTable(items, terminal.out)) terminal.print(line)
        return 0
      }))
  policies.command('show')
    .description('Prints a policy profile as YAML: guards, rules, limits, examples.')
    .argument('<name>', 'name of the profile')
    .action(async (name: string, _options: unknown, command: Command) =>
      withSession(command, terminal, looks, async ({ session: { client } }) => {
        terminal.print(stringify(await client.get(`/policies/${encodeURIComponent(name)}`, PolicyProfile)).trimEnd())
        return 0
      }))
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

function policyTable(items: readonly PolicySummary[], c: Terminal['out']): string[] {
  const rows = items.map(({ name, sandbox, maxCostMicroUsd, description }) => [name, sandbox.need, dollars(maxCostMicroUsd), firstSentence(description)])
  return table([head(['POLICY', 'SANDBOX', 'AT MOST', 'ALLOWS'], c), ...rows])
}

function head(words: readonly string[], c: Terminal['out']): string[] {
  return words.map((word) => c.dim(word))
}

function firstSentence(text: string): string {
  return (/^.*?[.:](?=\s|$)/s.exec(text)?.[0] ?? text).replaceAll(/\s+/g, ' ').trim()
}
