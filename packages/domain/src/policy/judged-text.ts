import type { ShellAnalysis, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import { argumentPaths } from './call-paths.ts'
import { commandOf, type PolicyCall } from './policy-call.ts'

const longest = 2000

/** The call as it was judged, in one line: every simple command through its wrappers with its words resolved, or the tool with its paths. */
export function judgedText(call: PolicyCall, analysis: ShellAnalysis | null): string {
  if (analysis === null) return [call.tool, ...argumentPaths(call).map(({ path, source }) => path ?? source), ...(commandOf(call) === null ? [] : ['(not analysed)'])].join(' ').slice(0, longest)
  const text = analysis.commands.map(commandText).join('; ')
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function commandText({ program, spelled, args, wrappers }: SimpleCommand): string {
  const words = [program ?? spelled, ...args.map(({ value, source }) => value ?? source)].join(' ')
  return wrappers.length === 0 ? words : `${words} (through ${wrappers.join(', ')})`
}
