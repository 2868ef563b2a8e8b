import type { ShellAnalysis, ShellPath, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import type { Verdict } from '@codeforge/contracts/verdict'
import { reasonWords } from '@codeforge/domain/policy/reason-words'
import { oneLine, printable } from '../output/printable.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'

const widest = 48

/** What a command would execute, read, write and reach, as a table, and what each layer says of it. */
export function explainLines(analysis: ShellAnalysis, verdict: Verdict, c: Terminal['out']): string[] {
  const colour = { allow: c.green, ask: c.yellow, deny: c.red }
  const head = ['EXECUTES', 'IN', 'READS', 'WRITES', 'REACHES'].map((word) => c.dim(word))
  const rows = analysis.commands.map((command) => [
    executed(command), command.directory ?? '?', pathList(command.paths, 'read'), pathList(command.paths, 'write'), command.effects.join(', ') || '-',
  ])
  const redirected = analysis.redirects.map((path) => ['(redirection)', '', pathList([path], 'read'), pathList([path], 'write'), '-'])
  const layers = verdict.layers.map(({ layer, decision, ruleId, reason }) => [layer, colour[decision](decision), ruleId, printable(reason)])
  return [
    ...(rows.length + redirected.length === 0 ? ['It executes no program.'] : table([head, ...rows, ...redirected])),
    ...analysis.unknown.map((reason) => `${c.yellow('unknown')}: ${printable(reason)}`),
    '',
    ...table([['LAYER', 'SAYS', 'RULE', 'BECAUSE'].map((word) => c.dim(word)), ...layers]),
    '',
    `${c.bold(colour[verdict.decision](verdict.decision))} by ${verdict.ruleId}: ${printable(reasonWords(verdict.reason))}`,
  ]
}

function executed({ program, spelled, args, wrappers }: SimpleCommand): string {
  const words = [program ?? spelled, ...args.map(({ value, source }) => value ?? source)].join(' ')
  const through = wrappers.length === 0 ? '' : ` (through ${wrappers.join(', ')})`
  return oneLine(words, widest) + through
}

function pathList(paths: readonly ShellPath[], access: ShellPath['access']): string {
  const named = paths.filter((path) => path.access === access).map(({ path, source }) => path ?? `${source} (unknown)`)
  return named.length === 0 ? '-' : oneLine([...new Set(named)].join(' '), widest)
}
