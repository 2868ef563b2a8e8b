import { languageOf } from '../extract/languages.ts'

const families: readonly (readonly string[])[] = [
  ['typescript', 'tsx', 'javascript', 'vue'],
  ['c', 'cpp', 'objc', 'swift'],
  ['java', 'kotlin', 'scala', 'groovy'],
  ['csharp', 'fsharp'],
]
const familyOfLanguage = new Map(
  families.flatMap((languages) => languages.map((language) => [language, languages[0] ?? language] as const)),
)
/** Languages that name what is shown or set, not what is run. */
const styling: ReadonlySet<string> = new Set(['css', 'html'])

/** Languages of one family use each other's names; an equal name in another family is chance. */
export function familyOf(language: string | null): string {
  return familyOfLanguage.get(language ?? '') ?? language ?? ''
}

/** Whether a language's definitions are keys, classes of style or headings rather than code. */
export function isData(language: string | null): boolean {
  return language !== null && (styling.has(language) || languageOf(language)?.role !== undefined)
}
