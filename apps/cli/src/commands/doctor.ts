import type { Command } from 'commander'
import { exitCodes } from '@codeforge/contracts/run-status'
import type { Finding } from '../doctor/check.ts'
import { globalsOf } from '../globals.ts'
import { printable } from '../output/printable.ts'
import { CommandEnded } from '../output/report-error.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'

/** `codeforge doctor`: what works here, what does not, and what to do. */
export function addDoctor(program: Command, terminal: Terminal): void {
  program.command('doctor')
    .summary('check what CodeForge needs, and say what to do')
    .description('Checks Node, git, configuration, disk, store, queue, model endpoint and sandboxes; says for each what is wrong and what to do. Ends with 1 where something needed does not work.')
    .option('--json', 'prints one JSON object')
    .action(async ({ json }: { json?: true }, command: Command) => {
      const { examine } = await import('../doctor/examine.ts')
      const findings = await examine(globalsOf(command))
      if (json) terminal.print(JSON.stringify({ ok: findings.every(({ status }) => status !== 'fail'), findings }))
      else for (const line of findingLines(findings, terminal.out)) terminal.print(line)
      if (findings.some(({ status }) => status === 'fail')) throw new CommandEnded(exitCodes.infrastructure)
    })
}

function findingLines(findings: readonly Finding[], c: Terminal['out']): string[] {
  const marks = { ok: c.green('✔'), warn: c.yellow('!'), fail: c.red('✖') }
  const lines = table(findings.map(({ name, status, detail }) => [`${marks[status]} ${name}`, printable(detail)]))
  return findings.flatMap(({ help }, index) => [lines[index] ?? '', ...(help === null ? [] : [c.dim(`    ${printable(help)}`)])])
}
