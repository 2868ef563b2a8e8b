import { bracedLanguages } from './languages/braced.ts'
import { dataLanguages } from './languages/data.ts'
import { domainSpecificLanguages } from './languages/domain-specific.ts'
import { indentedLanguages } from './languages/indented.ts'
import { typedLanguages } from './languages/typed.ts'
import type { Syntax } from './scan/syntax.ts'

/** A language that the index knows. */
export interface Language {
  readonly id: string
  /** How names of its files end, with the dot. */
  readonly extensions: readonly string[]
  /** Whole names of files. */
  readonly names?: readonly string[]
  /** Interpreters named in the first line of a script. */
  readonly interpreters?: readonly string[]
  /** Whether its files are to be read by people or programs rather than run. */
  readonly role?: 'document' | 'config'
  /** For the quick scan; a language without has no definitions for it. */
  readonly syntax?: Syntax
  /** File of its grammar, from the package that ships it; a language without falls back to the quick scan. */
  readonly grammar?: string
  /** Names of its queries among `languages/*.scm`; its id unless said otherwise. */
  readonly queries?: readonly string[]
}

const languages: readonly Language[] = [
  ...bracedLanguages,
  ...typedLanguages,
  ...indentedLanguages,
  ...domainSpecificLanguages,
  ...dataLanguages,
]
const byId = new Map(languages.map((language) => [language.id, language]))
const byExtension = new Map(languages.flatMap(({ id, extensions }) => extensions.map((extension) => [extension, id] as const)))
const byName = new Map(languages.flatMap(({ id, names }) => (names ?? []).map((name) => [name, id] as const)))
const byInterpreter = new Map(languages.flatMap(({ id, interpreters }) => (interpreters ?? []).map((name) => [name, id] as const)))

/** A language by its id. */
export function languageOf(id: string): Language | undefined {
  return byId.get(id)
}

/** Id of the language that a path tells, or null. */
export function languageOfPath(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const known = byName.get(name)
  if (known !== undefined) return known
  for (let dot = name.indexOf('.', 1); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const id = byExtension.get(name.slice(dot).toLowerCase())
    if (id !== undefined) return id
  }
  return null
}

/** Id of the language that the first line of a script names (`#!/usr/bin/env python3`), or null. */
export function languageOfScript(text: string): string | null {
  const interpreter = /^#!\s*\S*?([\w-]+?)[\d.]*(?:\s+(?:-\S+\s+)*([\w-]+?)[\d.]*)?(?:\s|$)/.exec(text.slice(0, 200))
  if (interpreter === null) return null
  return byInterpreter.get(interpreter[1] === 'env' ? (interpreter[2] ?? '') : (interpreter[1] ?? '')) ?? null
}
