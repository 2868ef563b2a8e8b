// What the quick scan makes of tokens that needs no look at a language: partners of brackets (extract/scan/pair-brackets.ts says what they are),
// references (extract/scan/find-references.ts), and both forms in which references are kept: of a text by itself (extract/encode-facts.ts), and of a run
// of files (graph/reference-run.ts). Tests compare them.
import { text } from './terms'
import { columns, nameRoomOf, namesOf, room, tokenCount } from './tokens'

/** Asks the host for the number of the name that a word is. */
@external('host', 'name')
declare function nameOf(word: u32): u32

// ---------------------------------------------------------------- brackets

/** Tokens of the brackets that are open. */
let open: usize = 0
let openRoom: u32 = 0

/** Tells each bracket its partner, where there are no branches of a preprocessor. Answers how many steps were taken in vain; ends once they are more than so many. */
export function pairBrackets(mostSteps: u32): u32 {
  if (tokenCount > openRoom) {
    if (open) heap.free(open)
    openRoom = tokenCount * 2
    open = heap.alloc(<usize>openRoom << 2)
  }
  const partners = columns + (<usize>room << 4)
  const kinds = columns + <usize>room * 20
  memory.fill(partners, 0xff, <usize>tokenCount << 2)
  memory.fill(kinds + tokenCount, 0, 16)
  let depth: u32 = 0
  let steps: u32 = 0
  for (let first: u32 = 0; first < tokenCount; first += 16) {
    for (let brackets = bracketsAmong(v128.load(kinds + first)); brackets; brackets &= brackets - 1) {
      const at = first + ctz(brackets)
      const kind = <u32>load<u8>(kinds + at)
      if (kind == 123 || kind == 40 || kind == 91) {
        store<u32>(open + (<usize>(depth++) << 2), at)
        continue
      }
      const opener = kind == 41 ? 40 : kind - 2
      let top = depth
      while (top && <u32>load<u8>(kinds + load<u32>(open + (<usize>(top - 1) << 2))) != opener) top -= 1
      if (top) {
        depth = top - 1
        const partner = load<u32>(open + (<usize>depth << 2))
        store<u32>(partners + (<usize>partner << 2), at)
        store<u32>(partners + (<usize>at << 2), partner)
      } else {
        // What closes nothing leaves the stack as high as it was.
        steps += depth
        if (steps > mostSteps) return steps
      }
    }
  }
  return steps
}

/** A bit for each of `()[]{}`; a square bracket and a brace differ in one bit, and no token has what parentheses are without it. */
// @ts-ignore: decorator
@inline
function bracketsAmong(kinds: v128): u32 {
  const folded = v128.or(kinds, i8x16.splat(0x20))
  const round = v128.or(i8x16.eq(folded, i8x16.splat(40)), i8x16.eq(folded, i8x16.splat(41)))
  const other = v128.or(i8x16.eq(folded, i8x16.splat(123)), i8x16.eq(folded, i8x16.splat(125)))
  return <u32>i8x16.bitmask(v128.or(round, other))
}

// ---------------------------------------------------------------- references of a text

/** More are not noted: such a file is data. */
const mostReferences: u32 = 50000
const call: u32 = 0
const inherit: u32 = 1
const mention: u32 = 2
const kindCount: u32 = 3

/** Kinds of tokens: a word, and one that names what a definition inherits from. */
const word: u32 = 1
const baseWord: u32 = 4

/** Columns of references: the number of the word, the line (from 1), its place among the words of the text (four bytes each), the kind (one byte). */
const references: usize = heap.alloc(<usize>mostReferences * 13)
const referenceLines: usize = references + ((<usize>mostReferences) << 2)
const referencePlaces: usize = references + ((<usize>mostReferences) << 3)
const referenceKinds: usize = references + <usize>mostReferences * 12
let referenceCount: u32 = 0

/** Words of the text in the order they are met: the number, how often it is used, its place in the run. */
const textWords: usize = heap.alloc(<usize>mostReferences * 12)
export let textWordCount: u32 = 0

/** These words as they are written, with line breaks between them. */
let strings: usize = 0
let stringRoom: u32 = 0
export let stringBytes: u32 = 0

/** For each word, the reference that it was met in last; what it says of earlier texts is not above `base`, and means nothing. */
let seen: usize = 0
let seenRoom: u32 = 0
let base: u32 = 0

export function referenceColumns(): usize {
  return references
}

export function stringsOfText(): usize {
  return strings
}

/** Each word that is no keyword, once for each line, with the strongest of its uses; answers how many there are. `words` are how many are numbered. */
export function findReferences(keywords: u32, words: u32): u32 {
  if (words > seenRoom || base > 0x40000000) forgetSeen(words)
  textWordCount = stringBytes = 0
  const kinds = columns + <usize>room * 20
  store<u8>(kinds + tokenCount, 0)
  let count: u32 = 0
  for (let at: u32 = 0; at < tokenCount && count < mostReferences; at++) {
    const token = <u32>load<u8>(kinds + at)
    if (token != word && token != baseWord) continue
    const place = columns + (<usize>at << 2)
    const number = load<u32>(place + <usize>room * 12)
    const start = load<u32>(place)
    const length = load<u32>(place + ((<usize>room) << 2)) - start
    if (number < keywords || length < 2) continue
    const kind = token == baseWord ? inherit : <u32>load<u8>(kinds + at + 1) == 40 ? call : mention
    const line = load<u32>(place + ((<usize>room) << 3)) + 1
    const known = seen + (<usize>number << 2)
    const last = <i32>(load<u32>(known) - base) - 1
    if (last >= 0 && load<u32>(referenceLines + (<usize>last << 2)) == line) {
      if (strengthOf(kind) > strengthOf(load<u8>(referenceKinds + last))) store<u8>(referenceKinds + last, kind)
      continue
    }
    const among = last >= 0 ? load<u32>(referencePlaces + (<usize>last << 2)) : addTextWord(number, start, length)
    const uses = textWords + <usize>among * 12
    store<u32>(uses, load<u32>(uses, 4) + 1, 4)
    store<u32>(references + (<usize>count << 2), number)
    store<u32>(referenceLines + (<usize>count << 2), line)
    store<u32>(referencePlaces + (<usize>count << 2), among)
    store<u8>(referenceKinds + count, kind)
    count += 1
    store<u32>(known, base + count)
  }
  base += count
  referenceCount = count
  return count
}

// @ts-ignore: decorator
@inline
function strengthOf(kind: u32): u32 {
  return kind == inherit ? 2 : kind == call ? 1 : 0
}

function forgetSeen(words: u32): void {
  if (seen) heap.free(seen)
  seenRoom = max(seenRoom, max(words * 2, 1 << 14))
  seen = heap.alloc(<usize>seenRoom << 2)
  memory.fill(seen, 0, <usize>seenRoom << 2)
  base = 0
}

function addTextWord(number: u32, start: u32, length: u32): u32 {
  // Sixteen bytes are copied at a time.
  if (stringBytes + length + 17 > stringRoom) {
    stringRoom = (stringBytes + length + 17) * 2
    strings = strings ? heap.realloc(strings, stringRoom) : heap.alloc(stringRoom)
  }
  if (textWordCount) store<u8>(strings + stringBytes++, 10)
  const to = strings + stringBytes
  for (let at: u32 = 0; at < length; at += 16) v128.store(to + at, v128.load(text + start + at))
  stringBytes += length
  const made = textWords + <usize>textWordCount * 12
  store<u32>(made, number)
  store<u32>(made, 0, 4)
  return textWordCount++
}

/** References as facts hold them. */
let encoded: usize = 0
let encodedRoom: u32 = 0

export function encodedReferences(): usize {
  return encoded
}

/** Writes the references of the text as its facts hold them, where its words are numbered on from one; answers how many bytes there are. */
export function encodeReferences(first: u32): u32 {
  const most = referenceCount * 10
  if (most > encodedRoom) {
    if (encoded) heap.free(encoded)
    encodedRoom = most * 2
    encoded = heap.alloc(encodedRoom)
  }
  let to = encoded
  let line: u32 = 0
  for (let at: u32 = 0; at < referenceCount; at++) {
    const place = <usize>at << 2
    to = writeNumber(to, (first + load<u32>(referencePlaces + place)) * kindCount + load<u8>(referenceKinds + at))
    const next = load<u32>(referenceLines + place)
    to = writeNumber(to, next >= line ? (next - line) << 1 : ((line - next) << 1) - 1)
    line = next
  }
  return <u32>(to - encoded)
}

/** Seven bits a byte, lowest first. */
// @ts-ignore: decorator
@inline
function writeNumber(to: usize, value: u32): usize {
  let at = to
  let left = value
  for (; left > 127; left >>>= 7) store<u8>(at++, (left & 127) | 128)
  store<u8>(at, left)
  return at + 1
}

// ---------------------------------------------------------------- references of a run of files

let runBytes: usize = 0
let runRoom: u32 = 0
let runUsed: u32 = 0
let runLine: u32 = 0
/** Names that the run uses. */
let usedNames: usize = 0
/** How often each is used. */
let uses: usize = 0
let usedRoom: u32 = 0
let usedCount: u32 = 0
/** Where the references of each file end. */
let fileEnds: usize = 0
let fileRoom: u32 = 0
let fileCount: u32 = 0
/** The place of each name among those that are used plus 1, and 0 where it has none. */
let places: usize = 0
let placeRoom: u32 = 0

export function bytesOfRun(): usize {
  return runBytes
}

export function countOfBytes(): u32 {
  return runUsed
}

export function namesOfRun(): usize {
  return usedNames
}

export function usesOfNames(): usize {
  return uses
}

export function countOfNames(): u32 {
  return usedCount
}

export function endsOfFiles(): usize {
  return fileEnds
}

export function countOfFiles(): u32 {
  return fileCount
}

/** Adds the references of the text, in the order they were found. */
export function addReferences(syntax: usize): void {
  const known = namesOf(syntax)
  const named = nameRoomOf(syntax)
  for (let at: u32 = 0; at < textWordCount; at++) {
    const one = textWords + <usize>at * 12
    const number = load<u32>(one)
    let name: u32 = 0
    if (number < named) name = load<u32>(known + (<usize>number << 2))
    if (!name) {
      name = nameOf(number) + 1
      if (number < named) store<u32>(known + (<usize>number << 2), name)
    }
    store<u32>(one, placeOf(name - 1, load<u32>(one, 4)), 8)
  }
  roomInRun(referenceCount)
  let to = runBytes + runUsed
  for (let at: u32 = 0; at < referenceCount; at++) {
    const among = load<u32>(referencePlaces + (<usize>at << 2))
    to = writeReference(to, load<u32>(textWords + <usize>among * 12, 8), load<u32>(referenceLines + (<usize>at << 2)), load<u8>(referenceKinds + at))
  }
  runUsed = <u32>(to - runBytes)
}

/** Adds one. */
export function addReference(name: u32, line: u32, kind: u32): void {
  roomInRun(1)
  runUsed = <u32>(writeReference(runBytes + runUsed, placeOf(name, 1), line, kind) - runBytes)
}

// @ts-ignore: decorator
@inline
function writeReference(to: usize, place: u32, line: u32, kind: u32): usize {
  const at = writeNumber(to, place)
  const before = runLine
  runLine = line
  return writeNumber(at, line >= before ? ((line - before) * kindCount + kind) << 1 : (((before - line) * kindCount + kind) << 1) | 1)
}

function roomInRun(count: u32): void {
  const needed = runUsed + count * 10
  if (needed <= runRoom) return
  runRoom = needed * 2
  runBytes = runBytes ? heap.realloc(runBytes, runRoom) : heap.alloc(runRoom)
}

/** The place of a name among those that the run uses, which is used so often more. */
function placeOf(name: u32, times: u32): u32 {
  if (name >= placeRoom) growPlaces(name)
  const known = load<u32>(places + (<usize>name << 2))
  if (known) {
    const used = uses + (<usize>(known - 1) << 2)
    store<u32>(used, load<u32>(used) + times)
    return known - 1
  }
  if (usedCount == usedRoom) {
    usedRoom = usedRoom ? usedRoom * 2 : 1024
    usedNames = usedNames ? heap.realloc(usedNames, <usize>usedRoom << 2) : heap.alloc(<usize>usedRoom << 2)
    uses = uses ? heap.realloc(uses, <usize>usedRoom << 2) : heap.alloc(<usize>usedRoom << 2)
  }
  store<u32>(usedNames + (<usize>usedCount << 2), name)
  store<u32>(uses + (<usize>usedCount << 2), times)
  store<u32>(places + (<usize>name << 2), ++usedCount)
  return usedCount - 1
}

function growPlaces(name: u32): void {
  const before = placeRoom
  placeRoom = max(placeRoom * 2, max(name + 1, 4096))
  const size = <usize>placeRoom << 2
  places = places ? heap.realloc(places, size) : heap.alloc(size)
  memory.fill(places + (<usize>before << 2), 0, size - (<usize>before << 2))
}

export function endFile(): void {
  if (fileCount == fileRoom) {
    fileRoom = fileRoom ? fileRoom * 2 : 256
    fileEnds = fileEnds ? heap.realloc(fileEnds, <usize>fileRoom << 2) : heap.alloc(<usize>fileRoom << 2)
  }
  store<u32>(fileEnds + (<usize>(fileCount++) << 2), runUsed)
  runLine = 0
}

/** To be called once the run is copied, or given up. */
export function dropRun(): void {
  for (let at: u32 = 0; at < usedCount; at++) store<u32>(places + (<usize>load<u32>(usedNames + (<usize>at << 2)) << 2), 0)
  usedCount = fileCount = runUsed = runLine = 0
}
