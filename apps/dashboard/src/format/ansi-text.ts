import Anser from 'anser'

/** A piece of terminal output in one style; `classes` are of `terminal.css`. */
export interface AnsiPiece {
  readonly text: string
  readonly classes: string
}

/** Sequences that are not colours: cursor movement, titles, links. */
// eslint-disable-next-line no-control-regex -- control sequences of terminals are what it takes apart
const otherSequences = /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b\[[0-9;?]*[A-LN-Za-ln-z]|\u001b[()][A-Z0-9]|\u001b[=>78]/g

/** Terminal output as styled pieces, never as HTML. */
export function ansiPieces(output: string): readonly AnsiPiece[] {
  const text = overwrite(output.replaceAll(otherSequences, ''))
  if (!text.includes('\u001b')) return text === '' ? [] : [{ text, classes: '' }]
  return Anser.ansiToJson(text, { json: true, remove_empty: true, use_classes: true }).map(({ content, fg, bg, decorations }) => ({
    text: content,
    classes: [fg && `${fg}-fg`, bg && `${bg}-bg`, ...decorations.map((name) => `ansi-${name}`)].filter(Boolean).join(' '),
  }))
}

/** What a carriage return overwrites is gone, as in a terminal: progress bars become their last state. */
function overwrite(text: string): string {
  if (!text.includes('\r')) return text
  return text.replaceAll('\r\n', '\n').split('\n').map((line) => line.slice(line.trimEnd().lastIndexOf('\r') + 1)).join('\n')
}
