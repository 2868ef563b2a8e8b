/** A piece of what a model wrote: plain text, a word in code, or a block of code. */
export interface ProsePiece {
  readonly kind: 'text' | 'code' | 'block'
  readonly text: string
}

const fence = /^```[^\n`]*\n([\s\S]*?)(?:^```[ \t]*$|(?![\s\S]))/gm

/** Splits a text at its fenced blocks and its backticks; everything else of Markdown stays as it was written. */
export function prosePieces(text: string): readonly ProsePiece[] {
  const pieces: ProsePiece[] = []
  let end = 0
  for (const match of text.matchAll(fence)) {
    pieces.push(...inline(text.slice(end, match.index).replace(/\n$/, '')))
    pieces.push({ kind: 'block', text: (match[1] ?? '').replace(/\n$/, '') })
    end = match.index + match[0].length
  }
  return [...pieces, ...inline(end === 0 ? text : text.slice(end).replace(/^\n/, ''))]
}

function inline(text: string): readonly ProsePiece[] {
  return text.split(/`([^`\n]+)`/).map((part, index): ProsePiece => ({ kind: index % 2 === 1 ? 'code' : 'text', text: part })).filter((piece) => piece.text !== '')
}
