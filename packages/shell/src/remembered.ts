import type { ShellAnalysis } from '@codeforge/contracts/shell-analysis'

type Analyse = (command: string) => ShellAnalysis

/** How many analyses are kept, and of texts of how many characters at most: some 5 MB at the very worst. */
const most = { entries: 256, characters: 1024 } as const

/**
 * The same analyses, of which those asked for last are kept. An analysis depends on nothing but the text, byte for byte, so remembering it
 * cannot change a verdict; where the command runs, and what its paths lead to, is worked out for each call.
 */
export function remembered(analyse: Analyse): Analyse {
  const kept = new Map<string, ShellAnalysis>()
  return (command) => {
    if (command.length > most.characters) return analyse(command)
    const analysis = kept.get(command) ?? analyse(command)
    // A map keeps the order in which things were put in: what was used last goes to its end.
    kept.delete(command)
    kept.set(command, analysis)
    const [oldest] = kept.size > most.entries ? kept.keys() : []
    if (oldest !== undefined) kept.delete(oldest)
    return analysis
  }
}
