import type { ScriptFiles } from './sed-script.ts'

const dangerous = /system|getline|[|>@]|ARGV|ARGC|ENVIRON|PROCINFO/
const token = /"(?:[^"\\\n]|\\.)*"|[A-Za-z_]\w*|\d[\w.]*|\|\||&&|>>|[<>=!+*%^-]=|\+\+|--|\n|[^\s]/sy

interface Reading {
  readonly script: string
  depth: number
  /** Within `print` and `printf`, where `>` writes a file. */
  printing: boolean
  previous: string
  readonly writes: string[]
}

/** Reads an awk program: null where it may run commands, read other files, or is not understood. */
export function readAwk(script: string): ScriptFiles | null {
  if (!dangerous.test(script)) return { reads: [], writes: [] }
  const reading: Reading = { script, depth: 0, printing: false, previous: '', writes: [] }
  for (let at = 0; at < script.length;) {
    const next = step(reading, at)
    if (next === null) return null
    at = next
  }
  return { reads: [], writes: reading.writes }
}

/** Reads one token and says where the next begins; null where the program is not harmless. */
function step(reading: Reading, at: number): number | null {
  const { script } = reading
  const blank = /[ \t\r]+|\\\n|#[^\n]*/y
  blank.lastIndex = at
  const skipped = blank.exec(script)?.[0]
  if (skipped !== undefined) return at + skipped.length
  if (script.charAt(at) === '/') return slash(reading, at)
  token.lastIndex = at
  const text = token.exec(script)?.[0]
  if (text === undefined || text === '"') return null
  const after = at + text.length
  const previous = reading.previous
  reading.previous = text
  if (/^(system|getline|ARGV|ARGC|ENVIRON|PROCINFO|@|\||>>|>)$/.test(text)) return redirection(reading, { text, after, previous })
  context(reading, text)
  return after
}

function context(reading: Reading, text: string): void {
  if (text === 'print' || text === 'printf') {
    reading.printing = true
    reading.depth = 0
  } else if (/^[;\n{}]$/.test(text)) reading.printing = false
  else if (/^[([]$/.test(text)) reading.depth++
  else if (/^[)\]]$/.test(text)) reading.depth--
}

function redirection(reading: Reading, { text, after }: { text: string; after: number; previous: string }): number | null {
  if (text === '>' && !(reading.printing && reading.depth <= 0)) return after
  if (text !== '>' && text !== '>>') return null
  // A file that is named in place, and nothing that is put together with it.
  const target = /^[ \t]*"([^"\\\n]*)"[ \t]*(?=[;}\n]|$)/.exec(reading.script.slice(after))
  if (target?.[1] === undefined || target[1].startsWith('/inet')) return null
  reading.writes.push(target[1])
  reading.previous = '"'
  return after + target[0].length
}

/** A slash begins a pattern or divides, by what stands before it; where that is not certain, nothing dangerous may follow. */
function slash(reading: Reading, at: number): number | null {
  const { previous, script } = reading
  if (/^(|[({,;!~\n]|&&|\|\||\})$/.test(previous)) {
    const pattern = /^\/(?:\[\^?\]?(?:\[:\w+:\]|[^\]\n])*\]|[^/\\\n[]|\\.)+\//.exec(script.slice(at))?.[0]
    // A slash within brackets ends the pattern in some versions.
    if (pattern === undefined || pattern.slice(1, -1).replaceAll('\\/', '').includes('/')) return dangerous.test(script.slice(at)) ? null : script.length
    reading.previous = '"'
    return at + pattern.length
  }
  const divides = /^(\d|"|\])/.test(previous) || (/^[A-Za-z_]/.test(previous) && !/^(print|printf|return|in|do|else|case|delete|exit)$/.test(previous))
  if (!divides) return dangerous.test(script.slice(at)) ? null : script.length
  reading.previous = '/'
  return at + 1
}
