import type { QueryMatch, Tree } from 'web-tree-sitter'
import type { FileFacts } from './file-facts.ts'
import { assembleDefinitions } from './assemble-definitions.ts'
import type { Grammar } from './grammar.ts'
import { lexicalScan } from './lexical-scan.ts'
import { readCaptures } from './read-captures.ts'
import { confirmImports, mergeReferences } from './merge-scan.ts'

/** Thrown where a text takes longer than it may. */
export class TookTooLong extends Error {}

/**
 * What a grammar finds in a text: definitions, bases, calls and imports from its syntax tree; other mentions, and what
 * stands where the grammar sees only a heap of tokens, from the quick scan. Throws TookTooLong after so many milliseconds.
 */
export function exactFacts(grammar: Grammar, text: string, language: string, milliseconds: number): FileFacts {
  const deadline = performance.now() + milliseconds
  const tooLate = (): boolean => performance.now() > deadline
  const tree = parse(grammar, text, tooLate)
  try {
    const captures = readCaptures(matchesOf(grammar, tree, tooLate), text)
    const scan = lexicalScan(text, language)
    return {
      definitions: assembleDefinitions(captures, scan.definitions, text),
      references: mergeReferences(captures, scan.references),
      imports: confirmImports(captures, scan.imports),
      exact: true,
    }
  } finally {
    tree.delete()
  }
}

function parse({ parser }: Grammar, text: string, tooLate: () => boolean): Tree {
  const tree = parser.parse(text, null, { progressCallback: tooLate })
  if (tree !== null) return tree
  parser.reset()
  throw new TookTooLong('The grammar takes too long.')
}

function matchesOf({ query }: Grammar, tree: Tree, tooLate: () => boolean): QueryMatch[] {
  const matches = query.matches(tree.rootNode, { progressCallback: tooLate })
  if (tooLate()) throw new TookTooLong('The queries take too long.')
  return matches
}
