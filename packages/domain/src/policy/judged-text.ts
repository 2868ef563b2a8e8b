import type { ShellAnalysis, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import type { CallPath, PolicyCall } from './policy-call.ts'

const longest = 2000

/** A tool call as it was judged: the tool with the paths that it names. */
export function judgedTool({ tool }: PolicyCall, paths: readonly CallPath[]): string {
  let text = tool
  for (const { path, source } of paths) text += ` ${path ?? source}`
  return bounded(text)
}

/** A command as it was judged: every simple command with its words resolved and the wrappers that it was reached through. */
export function judgedCommands({ commands }: ShellAnalysis): string {
  return bounded(commands.map(commandText).join('; '))
}

function commandText({ program, spelled, args, wrappers }: SimpleCommand): string {
  const words = [program ?? spelled, ...args.map(({ value, source }) => value ?? source)].join(' ')
  return wrappers.length === 0 ? words : `${words} (through ${wrappers.join(', ')})`
}

function bounded(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
