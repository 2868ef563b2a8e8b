import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Language, Parser, Query } from 'web-tree-sitter'
import { languageOf } from './languages.ts'

/** A grammar with the queries that say what is to be known of a text. */
export interface Grammar {
  readonly parser: Parser
  readonly query: Query
}

let ready: Promise<void> | undefined
const loaded = new Map<string, Promise<Grammar | null>>()
const queryFolder = new URL('../../languages/', import.meta.url)
/** What a grammar does not understand is left to the quick scan. */
const anyLanguage = '(ERROR) @opaque\n'

/** Loads the grammar of a language, once in this thread; null where there is none. */
export function loadGrammar(language: string): Promise<Grammar | null> {
  const known = loaded.get(language)
  if (known !== undefined) return known
  const loading = load(language)
  loaded.set(language, loading)
  return loading
}

async function load(id: string): Promise<Grammar | null> {
  const language = languageOf(id)
  if (language?.grammar === undefined) return null
  ready ??= Parser.init()
  await ready
  const grammar = await Language.load(fileURLToPath(import.meta.resolve(language.grammar)))
  const queries = (language.queries ?? [id]).map((name) => readFileSync(new URL(`${name}.scm`, queryFolder), 'utf8'))
  const parser = new Parser()
  parser.setLanguage(grammar)
  return { parser, query: new Query(grammar, [...queries, anyLanguage].join('\n')) }
}
