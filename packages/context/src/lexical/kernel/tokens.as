// The tokens of a text, for the quick scan of its definitions (extract/scan/tokenise.ts, which says what they are; a test compares them). What is rare
// or peculiar to a language (regular expressions, templates, texts in place) is left to the host: it is asked to go on there.
import { ends, forgets, learnt, lineCount, lines, numberIn, records, runs, starts, text, textLength } from './terms'

/** Asks the host for the number of a word that was not met before, or is no run: `text[from..to)`. */
@external('host', 'word')
declare function numberOfWord(from: u32, to: u32): u32

// As in extract/scan/lexicon.ts.
const space: u32 = 1
const newline: u32 = 2
const word: u32 = 3
const digit: u32 = 4
const quote: u32 = 5
const special: u32 = 6
const punctuation: u32 = 0

// How a syntax is peculiar.
const suffixes: u32 = 1
const slashLines: u32 = 2
const slashBlocks: u32 = 4
const hashLines: u32 = 8
const hostQuotes: u32 = 16
const tripleQuotes: u32 = 32

/** A syntax as the kernel knows it. */
@unmanaged
class Syntax {
  /** Class of each of 256 bytes; those beyond ASCII are words. */
  classes: usize
  peculiar: u32
  /** Numbers of words plus 1, by the numbers of their records. */
  numbers: usize
  numberRoom: u32
  /** As `forgets` was when these were dealt. */
  forgets: u32
  /** Numbers of names plus 1, by the numbers of words. */
  names: usize
  nameRoom: u32
}

/** A new syntax; its 256 classes are put where `classesOf` a syntax, its first number, says. */
export function newSyntax(peculiar: u32): usize {
  const made = heap.alloc(offsetof<Syntax>())
  memory.fill(made, 0, offsetof<Syntax>())
  const syntax = changetype<Syntax>(made)
  syntax.classes = heap.alloc(256)
  syntax.peculiar = peculiar
  return made
}

/** To be called when the host deals the numbers of words anew. */
export function forgetWords(given: usize): void {
  const syntax = changetype<Syntax>(given)
  memory.fill(syntax.numbers, 0, <usize>syntax.numberRoom << 2)
  forgetNames(given)
}

/** To be called when the host deals the numbers of names anew. */
export function forgetNames(given: usize): void {
  const syntax = changetype<Syntax>(given)
  memory.fill(syntax.names, 0, <usize>syntax.nameRoom << 2)
}

/** Makes room to know the names of so many words. */
export function roomForNames(given: usize, words: u32): void {
  const syntax = changetype<Syntax>(given)
  if (words <= syntax.nameRoom) return
  const had = <usize>syntax.nameRoom << 2
  syntax.nameRoom = words * 2
  const size = <usize>syntax.nameRoom << 2
  syntax.names = syntax.names ? heap.realloc(syntax.names, size) : heap.alloc(size)
  memory.fill(syntax.names + had, 0, size - had)
}

// @ts-ignore: decorator
@inline
export function namesOf(given: usize): usize {
  return changetype<Syntax>(given).names
}

// @ts-ignore: decorator
@inline
export function nameRoomOf(given: usize): u32 {
  return changetype<Syntax>(given).nameRoom
}

export let tokenCount: u32 = 0
/** Line that the tokeniser is at, from 0. */
export let tokenLine: u32 = 0
let run: u32 = 0

/** Kinds are read in blocks, and so beyond their end. */
const padding: usize = 32

/** Columns of tokens, one behind the other: starts, ends, lines, words, partners (four bytes each), kinds (one byte). */
export let columns: usize = 0
export let room: u32 = 0

export function columnsOfTokens(): usize {
  return columns
}

/** For how many tokens there is room now, which is at least so many; those that there are stay. */
export function roomForTokens(least: u32): u32 {
  if (least <= room) return room
  const before = columns
  const had = <usize>room
  room = max(least, room * 2)
  columns = heap.alloc(<usize>room * 21 + padding)
  if (!before) return room
  const count = <usize>tokenCount
  for (let column: usize = 0; column < 5; column++) memory.copy(columns + column * ((<usize>room) << 2), before + column * (had << 2), count << 2)
  memory.copy(columns + <usize>room * 20, before + had * 20, count)
  heap.free(before)
  return room
}

/** Begins with the text that was loaded last. */
export function beginTokens(given: usize): void {
  tokenCount = tokenLine = run = 0
  const syntax = changetype<Syntax>(given)
  if (syntax.forgets != forgets) {
    forgetWords(given)
    syntax.forgets = forgets
  }
  if (learnt <= syntax.numberRoom) return
  const had = <usize>syntax.numberRoom << 2
  syntax.numberRoom = learnt * 2
  const size = <usize>syntax.numberRoom << 2
  syntax.numbers = syntax.numbers ? heap.realloc(syntax.numbers, size) : heap.alloc(size)
  memory.fill(syntax.numbers + had, 0, size - had)
}

/** Goes on from a place of the text. Answers where something stands that the host is to pass over, or where there is no room for more, or the end. */
export function tokenise(given: usize, from: u32): u32 {
  const syntax = changetype<Syntax>(given)
  const classes = syntax.classes
  const peculiar = syntax.peculiar
  const length = textLength
  let at = from
  while (at < length) {
    const code = <u32>load<u8>(text + at)
    const kind = <u32>load<u8>(classes + code)
    if (kind == space) at += 1
    else if (kind == newline) {
      at += 1
      tokenLine += 1
    } else {
      if (tokenCount + 2 > room) return at
      if (kind == word) at = passWord(syntax, at)
      else if (kind == punctuation) {
        push(code, at, at + 1, 0xffffffff)
        at += 1
      } else if (kind == digit) at = passNumber(classes, at)
      else {
        const passed = kind == quote ? passQuoted(peculiar, at, code, length) : passComment(peculiar, at, code, length)
        if (passed == at) return at
        at = passed
      }
    }
  }
  return length
}

// @ts-ignore: decorator
@inline
function push(kind: u32, start: u32, end: u32, number: u32): void {
  const column = <usize>room << 2
  const place = columns + (<usize>tokenCount << 2)
  store<u32>(place, start)
  store<u32>(place + column, end)
  store<u32>(place + 2 * column, tokenLine)
  store<u32>(place + 3 * column, number)
  store<u8>(columns + 5 * column + tokenCount, kind)
  tokenCount += 1
}

/** Most words are runs of the text, whose records are known. */
// @ts-ignore: decorator
@inline
function passWord(syntax: Syntax, start: u32): u32 {
  const classes = syntax.classes
  let at = start + 1
  // The padding behind a text is no word.
  while (isWordOrDigit(classes, load<u8>(text + at))) at += 1
  if (syntax.peculiar & suffixes && isSuffix(at)) at += 1
  while (run < runs && load<u32>(starts + (<usize>run << 2)) < start) run += 1
  const place = <usize>run << 2
  let number: u32 = 0
  if (run < runs && load<u32>(starts + place) == start && load<u32>(ends + place) == at) {
    const record = load<u32>(<usize>load<u32>(records + place), numberIn)
    if (record < syntax.numberRoom) {
      const known = syntax.numbers + (<usize>record << 2)
      number = load<u32>(known)
      if (!number) {
        number = numberOfWord(start, at) + 1
        store<u32>(known, number)
      }
    }
  }
  push(1, start, at, (number ? number : numberOfWord(start, at) + 1) - 1)
  return at
}

// @ts-ignore: decorator
@inline
function isWordOrDigit(classes: usize, code: u32): bool {
  return <u32>load<u8>(classes + code) - word < 2
}

/** `empty?` and `save!` are words; `a!=b` and `a?b:c` are not. */
function isSuffix(at: u32): bool {
  if (at >= textLength) return false
  const code = <u32>load<u8>(text + at)
  return (code == 33 || code == 63) && load<u8>(text + at + 1) != 61
}

function passNumber(classes: usize, start: u32): u32 {
  let at = start + 1
  while (isWordOrDigit(classes, load<u8>(text + at))) at += 1
  push(3, start, at, 0xffffffff)
  return at
}

/** A string on one line; another is the host's. */
function passQuoted(peculiar: u32, start: u32, mark: u32, length: u32): u32 {
  if (peculiar & hostQuotes) return start
  if (peculiar & tripleQuotes && <u32>load<u8>(text + start + 1) == mark && <u32>load<u8>(text + start + 2) == mark) return start
  for (let at = start + 1; at < length; at++) {
    const code = <u32>load<u8>(text + at)
    if (code == mark) {
      push(2, start, at + 1, 0xffffffff)
      return at + 1
    }
    if (code == 92) {
      at += 1
      if (at < length && load<u8>(text + at) == 10) return start
    } else if (code == 10) return start
  }
  return start
}

function passComment(peculiar: u32, start: u32, code: u32, length: u32): u32 {
  const next = <u32>load<u8>(text + start + 1)
  if (code == 47) {
    if (next == 42 && peculiar & slashBlocks) return endOfBlock(start, length)
    return next == 47 && peculiar & slashLines ? endOfLine(start, length) : start
  }
  if (code != 35 || !(peculiar & hashLines) || next == 91) return start
  const before = start ? <u32>load<u8>(text + start - 1) : 10
  return before != 36 && before != 123 ? endOfLine(start, length) : start
}

function endOfLine(from: u32, length: u32): u32 {
  return tokenLine + 1 < lineCount ? load<u32>(lines + (<usize>(tokenLine + 1) << 2)) - 1 : length
}

function endOfBlock(start: u32, length: u32): u32 {
  for (let at = start + 2; at < length; at++) {
    const code = <u32>load<u8>(text + at)
    if (code == 10) tokenLine += 1
    else if (code == 42 && load<u8>(text + at + 1) == 47) return at + 2
  }
  return length
}
