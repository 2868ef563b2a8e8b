import type { Import } from '../file-facts.ts'
import { cssImport, ecmascriptImport, includeImport, luaImport, rImport, shellImport } from './imports-by-path.ts'
import {
  csharpImport,
  dottedImport,
  elixirImport,
  goImport,
  javaImport,
  phpImport,
  pythonImport,
  rubyImport,
  rustImport,
} from './imports-by-name.ts'
import { type Lexicon, markKeywords } from './lexicon.ts'
import type { ImportStyle } from './syntax.ts'
import type { Tokens } from './tokens.ts'

/** Notes the import that begins at a token, if one does, and answers the token to go on with, or 0. */
export type ImportReader = (tokens: Tokens, at: number, found: Import[]) => number

interface Style {
  /** Words that may begin an import. */
  readonly words: readonly string[]
  readonly read: ImportReader
}

const styles: Readonly<Record<ImportStyle, Style>> = {
  ecmascript: { words: ['import', 'export', 'require'], read: ecmascriptImport },
  python: { words: ['import', 'from'], read: pythonImport },
  go: { words: ['import'], read: goImport },
  rust: { words: ['use', 'mod', 'extern'], read: rustImport },
  java: { words: ['import', 'package'], read: javaImport },
  include: { words: ['include', 'import'], read: includeImport },
  csharp: { words: ['using', 'namespace'], read: csharpImport },
  ruby: { words: ['require', 'require_relative', 'load', 'autoload'], read: rubyImport },
  php: { words: ['use', 'require', 'require_once', 'include', 'include_once', 'namespace'], read: phpImport },
  lua: { words: ['require', 'dofile'], read: luaImport },
  shell: { words: ['source', 'Import-Module'], read: shellImport },
  css: { words: ['import', 'use', 'forward'], read: cssImport },
  elixir: { words: ['alias', 'import', 'require', 'use'], read: elixirImport },
  r: { words: ['library', 'require', 'requireNamespace', 'source'], read: rImport },
  dotted: { words: ['import', 'package', 'export', 'part', 'using'], read: dottedImport },
}

/** What a text takes from elsewhere, in the order of its lines. */
export function findImports(tokens: Tokens, lexicon: Lexicon, imports: Import[]): void {
  const style = lexicon.syntax.imports
  if (style === undefined) return
  const { words, read } = styles[style]
  const begins = markKeywords(lexicon.words, words)
  for (let at = 0; at < tokens.count; at++) {
    if (tokens.kinds[at] === 1 && begins[tokens.words[at] as number] === 1) at = Math.max(read(tokens, at, imports) - 1, at)
    else if (style === 'shell' && tokens.kinds[at] === 46 && tokens.leads(at)) shellImport(tokens, at, imports)
  }
}
