/** Takes the tokens of a text, lower-cased, in a buffer that is overwritten by the next token. */
export interface TokenSink {
  /** A word, a part of an identifier, or a number. */
  part(units: Uint16Array, length: number): void
  /** An identifier of several parts as a whole, without its separators. */
  whole(units: Uint16Array, length: number): void
}

/** What is longer is cut here. */
export const longestIdentifier = 64

/** Character classes by code below 128: 0 none, 1 lower, 2 upper, 3 digit, 4 joiner within an identifier. */
const classes = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 97 && code <= 122) return 1
  if (code >= 65 && code <= 90) return 2
  if (code >= 48 && code <= 57) return 3
  return code === 95 || code === 36 ? 4 : 0
})
const part = new Uint16Array(longestIdentifier)
const whole = new Uint16Array(longestIdentifier)

/**
 * Cuts code and prose into lower-case tokens: `getHTTPResponse_v2` gives get, http, response, v2 and the whole. Letters and
 * digits stay together (`utf8`, `v2`); numbers alone count as tokens. Longer runs than 64 characters are cut there.
 */
export function scanTokens(text: string, sink: TokenSink): void {
  const end = text.length
  let index = 0
  while (index < end) {
    if (classAt(text, index) === 0) index += 1
    else index = scanIdentifier(text, index, sink)
  }
}

function scanIdentifier(text: string, start: number, sink: TokenSink): number {
  let index = start
  let parts = 0
  let partLength = 0
  let wholeLength = 0
  let before = 0
  for (; index < text.length; index += 1) {
    const now = classAt(text, index)
    if (now === 0) break
    if (partLength > 0 && (now === 4 || breaks(before, now, text, index))) {
      parts += emit(sink, partLength)
      partLength = 0
    }
    before = now
    if (now === 4 || wholeLength >= longestIdentifier) continue
    const code = text.charCodeAt(index)
    const lower = now === 2 ? code + 32 : code
    part[partLength++] = lower
    whole[wholeLength++] = lower
  }
  parts += emit(sink, partLength)
  if (parts > 1) sink.whole(whole, wholeLength)
  return index
}

function emit(sink: TokenSink, length: number): number {
  if (length === 0) return 0
  if (length > 1) sink.part(part, length)
  return 1
}

/** `fooBar` breaks before B; `HTTPServer` before S. */
function breaks(before: number, now: number, text: string, index: number): boolean {
  if (now !== 2) return false
  return before === 1 || before === 3 || (before === 2 && index + 1 < text.length && classAt(text, index + 1) === 1)
}

/**
 * Class of each UTF-16 unit, 0 where it belongs to no identifier. Letters beyond ASCII count as lower-case letters;
 * punctuation there begins at U+2000 and ends with the CJK marks.
 */
export const unitClasses = Uint8Array.from({ length: 1 << 16 }, (_, code) => {
  if (code < 128) return classes[code] ?? 0
  return code < 0xc0 || (code >= 0x2000 && code < 0x3040) || code >= 0xfe00 ? 0 : 1
})

function classAt(text: string, index: number): number {
  return unitClasses[text.charCodeAt(index)] ?? 0
}
