import type { ShellAnalysis, ShellPath, SimpleCommand } from '@codeforge/contracts/shell-analysis'

const interpreters: ReadonlySet<string> = new Set('bash sh dash zsh ksh fish source . node deno bun tsx ts-node python pypy perl ruby php lua awk sed Rscript julia tclsh'.split(' '))

/** A file that the text writes and then runs: what it runs stands in no file that anybody has seen. Null where there is none. */
export function runsWhatItWrites({ commands, redirects }: Pick<ShellAnalysis, 'commands' | 'redirects'>): string | null {
  const written = new Set<string>()
  noteWritten(written, redirects)
  for (const { program, paths } of commands) if (program !== 'chmod' && program !== 'touch') noteWritten(written, paths)
  if (written.size === 0) return null
  return commands.flatMap(scriptsOf).find((script) => written.has(plain(script))) ?? null
}

function noteWritten(written: Set<string>, paths: readonly ShellPath[]): void {
  for (const { path, access } of paths) if (access === 'write' && path !== null) written.add(plain(path))
}

function scriptsOf({ program, spelled, args, directory }: SimpleCommand): string[] {
  const seen = (path: string) => (directory === null || directory === '.' || path.startsWith('/') ? path : `${directory}/${path}`)
  if (spelled.includes('/')) return [seen(spelled)]
  // Checked or taken as a test it is a file like any other.
  if (program === null || !interpreters.has(program) || args.some(({ value }) => /^(--check|--test|-n)$/.test(value ?? ''))) return []
  const script = args.find(({ value }) => value?.startsWith('-') !== true)?.value
  return script === undefined || script === null ? [] : [seen(script)]
}

function plain(path: string): string {
  return path.startsWith('./') ? path.replace(/^(\.\/)+/, '') : path
}
