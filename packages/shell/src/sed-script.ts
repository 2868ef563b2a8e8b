/** The files that a sed script names; null where it runs something, or is not understood. */
export interface ScriptFiles {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

interface Reader { readonly script: string; at: number; readonly reads: string[]; readonly writes: string[] }

/** Reads a script of GNU sed: what it prints and changes is harmless, `e` runs commands, `r` and `w` name files. */
export function readSed(script: string): ScriptFiles | null {
  const reader: Reader = { script, at: 0, reads: [], writes: [] }
  while (reader.at < script.length) if (!command(reader)) return null
  return { reads: reader.reads, writes: reader.writes }
}

function skip(reader: Reader, pattern: RegExp): string {
  const sticky = new RegExp(pattern.source, 'sy')
  sticky.lastIndex = reader.at
  const found = sticky.exec(reader.script)?.[0] ?? ''
  reader.at += found.length
  return found
}

function command(reader: Reader): boolean {
  skip(reader, /[\s;]+/)
  if (reader.at >= reader.script.length) return true
  if (!address(reader)) return false
  if (skip(reader, /\s*,\s*/) !== '' && !(skip(reader, /[+~]\d+/) !== '' || address(reader))) return false
  skip(reader, /\s*!*\s*/)
  const name = reader.script.charAt(reader.at++)
  switch (name) {
    case '#':
      return skip(reader, /[^\n]*/) !== '\u0000'
    case '{':
    case '}':
      return true
    case 's':
      return substitution(reader)
    case 'y':
      return delimited(reader, 2) && ended(reader)
    case 'r':
    case 'R':
      return file(reader, reader.reads)
    case 'w':
    case 'W':
      return file(reader, reader.writes)
    default:
      return plain(reader, name)
  }
}

function plain(reader: Reader, name: string): boolean {
  if (/^[aic]$/.test(name)) {
    skip(reader, /(?:\\.|[^\n\\])*/)
    return true
  }
  if (/^[btT:]$/.test(name)) {
    skip(reader, /[ \t]*[^\s;}]*/)
    return ended(reader)
  }
  if (/^[lqQL]$/.test(name)) skip(reader, /[ \t]*\d*/)
  return /^[=dDgGhHnNpPxlqQLzF]$/.test(name) && ended(reader)
}

function address(reader: Reader): boolean {
  if (skip(reader, /\d+(?:~\d+)?|\$/) !== '') return true
  const start = reader.script.charAt(reader.at)
  if (start === '\\') reader.at++
  else if (start !== '/') return true
  if (!delimited(reader, 1)) return false
  skip(reader, /[IM]*/)
  return true
}

/** Texts between a delimiter and its next appearance; the delimiter itself stands at the reader's place. */
function delimited(reader: Reader, count: number): boolean {
  const delimiter = reader.script.charAt(reader.at++)
  if (delimiter === '' || /[\n\\\s\w;]/.test(delimiter)) return false
  for (let part = 0; part < count; part++) {
    for (;; reader.at++) {
      const character = reader.script.charAt(reader.at)
      if (character === '') return false
      // Some versions let a bracket hide the delimiter: with one in it, what follows is not certain.
      if (character === '[' && part === 0 && hidesDelimiter(reader, delimiter)) return false
      if (character === '\\') reader.at++
      else if (character === delimiter) break
    }
    reader.at++
  }
  return true
}

function hidesDelimiter({ script, at }: Reader, delimiter: string): boolean {
  const bracket = /^\[\^?\]?(?:\[[:.=][^\]]*\]|[^\]\n])*\]/.exec(script.slice(at))?.[0]
  return bracket?.includes(delimiter) === true
}

function substitution(reader: Reader): boolean {
  if (!delimited(reader, 2)) return false
  skip(reader, /[gpiIM0-9m]*/)
  if (reader.script.charAt(reader.at) !== 'w') return ended(reader)
  reader.at++
  return file(reader, reader.writes)
}

function file(reader: Reader, list: string[]): boolean {
  const name = skip(reader, /[^\n]*/).trim()
  if (name === '') return false
  list.push(name)
  return true
}

function ended(reader: Reader): boolean {
  skip(reader, /[ \t]*/)
  return reader.at >= reader.script.length || /[;\n}#]/.test(reader.script.charAt(reader.at))
}
