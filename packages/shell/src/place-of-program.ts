import type { SyntaxNode } from './syntax.ts'
import type { Word } from './words.ts'

const ownPrefixes: ReadonlySet<string | null> = new Set(['command', 'builtin', 'exec'])
const ofTime: ReadonlySet<string | null> = new Set(['time', '-p', '--'])

/** Which word names what this shell itself does: `time`, as it stands here, belongs to bash's own language and changes nothing about what follows it. */
export function placeOfProgram(node: SyntaxNode, words: readonly Word[]): number {
  let at = 0
  if (node.children[0]?.text === 'time') while (ofTime.has(words[at]?.value ?? null)) at += 1
  while (ownPrefixes.has(words[at]?.value ?? null)) at += 1
  return at
}
