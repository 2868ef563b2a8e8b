import type { ShellAnalysis, ShellPath } from '@codeforge/contracts/shell-analysis'

/**
 * What an analysis says, as facts in words: `reads a b`, `writes c`, `network`, `privileged`, `destructive`, `text` (runs code given as text),
 * `project` (runs the project's code), `interactive`, `exhausts`, `splits names`, `unknown`, and `runs cat a` for what a wrapper comes to. A path that is
 * not known is `?`.
 */
export function factsOf(analysis: ShellAnalysis): readonly string[] {
  const paths = [...analysis.commands.flatMap((command) => command.paths), ...analysis.redirects]
  const effects = new Set(analysis.commands.flatMap((command) => command.effects))
  const facts = new Set([...named('reads', paths, 'read'), ...named('writes', paths, 'write')])
  for (const [effect, word] of Object.entries(words)) if (effects.has(effect as never)) facts.add(word)
  if (analysis.unknown.length > 0) facts.add('unknown')
  for (const { wrappers, program, args } of analysis.commands) {
    if (wrappers.length > 0) facts.add(['runs', program ?? '?', ...args.map(({ value }) => value ?? '?')].join(' '))
  }
  return [...facts].sort()
}

const words = {
  network: 'network', privileged: 'privileged', destructive: 'destructive', 'runs-text': 'text', 'project-code': 'project', interactive: 'interactive', exhausts: 'exhausts', 'splits-names': 'splits names',
}

function named(word: string, paths: readonly ShellPath[], access: ShellPath['access']): string[] {
  const found = [...new Set(paths.filter((path) => path.access === access).map(({ path }) => path ?? '?'))].sort()
  return found.length === 0 ? [] : [`${word} ${found.join(' ')}`]
}

/** The facts that an example names, in the same form; `nothing` names none. */
export function factsNamed(expected: string): readonly string[] {
  const facts = expected.split(';').map((fact) => fact.trim()).filter((fact) => fact !== '' && fact !== 'nothing')
  return facts.map((fact) => {
    const [verb = '', ...rest] = fact.split(' ')
    return verb === 'reads' || verb === 'writes' ? [verb, ...rest.sort()].join(' ') : fact
  }).sort()
}
