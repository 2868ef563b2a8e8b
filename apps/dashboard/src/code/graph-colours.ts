import type { FileGraph } from '@codeforge/contracts/code'

const palette = ['#4c78a8', '#f58518', '#54a24b', '#b279a2', '#e45756', '#72b7b2', '#9d755d', '#eeca3b', '#ff9da6', '#7f7f7f'] as const
const others = '#7f7f7f'

export interface LanguageColour {
  /** Empty where the language is not known. */
  readonly language: string
  readonly colour: string
  readonly files: number
}

/** A colour for each language, the most frequent first; the last colour is shared by all that come after. */
export function languageColours({ files }: Pick<FileGraph, 'files'>): readonly LanguageColour[] {
  const counts = new Map<string, number>()
  for (const { language } of files) counts.set(language ?? '', (counts.get(language ?? '') ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a).map(([language, count], place) => ({ language, colour: palette[place] ?? others, files: count }))
}
