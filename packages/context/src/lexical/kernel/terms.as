// AssemblyScript (https://www.assemblyscript.org), compiled to terms.wasm with kernel.as and tokens.as by tools/dev/src/compile-kernel.mjs.
//
// What goes through each byte of a text: finds the runs that identifiers and words are, looks each up in a table, and counts the terms of
// documents. Compiled ahead it is as quick on the first text as on the last, in each thread that runs it.

/** Asks the host for the terms of a run that was not met before; they are put where `termRoom` says. Answers how many there are. */
@external('host', 'learn')
declare function learn(from: usize, length: u32): u32

// ---------------------------------------------------------------- the text

/** Blocks are read whole, and so beyond the end of a text. */
const padding: usize = 32
export let text: usize = 0
let textRoom: usize = 0
/** Runs of the text: where each begins and ends in it, and its record. */
export let starts: usize = 0
export let ends: usize = 0
export let records: usize = 0
export let runs: u32 = 0
let runRoom: u32 = 0
/** Bytes of the text. */
export let textLength: u32 = 0
/** Grows when the table of identifiers is forgotten: their numbers are dealt anew. */
export let forgets: u32 = 0
/** Where each line begins. */
export let lines: usize = 0
let lineRoom: u32 = 0
export let lineCount: u32 = 0
/** The first run that was not counted yet. */
let cursor: u32 = 0

/** What is known of the text that waits while a short one is gone through. */
let waitingText: usize = 0
let waitingTextRoom: usize = 0
let waitingStarts: usize = 0
let waitingEnds: usize = 0
let waitingRecords: usize = 0
let waitingRuns: u32 = 0
let waitingRunRoom: u32 = 0
let waitingLines: usize = 0
let waitingLineRoom: u32 = 0
let waitingLineCount: u32 = 0
let waitingCursor: u32 = 0
let waitingLength: u32 = 0

let isAside: bool = false

/** Changes the text that was loaded last for the one that waits: each keeps its runs. */
export function exchangeTexts(): void {
  isAside = !isAside
  const place = text
  text = waitingText
  waitingText = place
  const room = textRoom
  textRoom = waitingTextRoom
  waitingTextRoom = room
  const from = starts
  starts = waitingStarts
  waitingStarts = from
  const to = ends
  ends = waitingEnds
  waitingEnds = to
  const found = records
  records = waitingRecords
  waitingRecords = found
  const count = runs
  runs = waitingRuns
  waitingRuns = count
  const roomOfRuns = runRoom
  runRoom = waitingRunRoom
  waitingRunRoom = roomOfRuns
  const begun = lines
  lines = waitingLines
  waitingLines = begun
  const roomOfLines = lineRoom
  lineRoom = waitingLineRoom
  waitingLineRoom = roomOfLines
  const countOfBegun = lineCount
  lineCount = waitingLineCount
  waitingLineCount = countOfBegun
  const next = cursor
  cursor = waitingCursor
  waitingCursor = next
  const length = textLength
  textLength = waitingLength
  waitingLength = length
}

/** Where a text of so many bytes is to be put. */
export function roomForText(length: u32): usize {
  if (<usize>length + padding > textRoom) {
    if (text) heap.free(text)
    textRoom = 2 * <usize>length + padding
    text = heap.alloc(textRoom)
  }
  return text
}

export function startsOfLines(): usize {
  return lines
}

export function countOfLines(): u32 {
  return lineCount
}

function roomForRuns(length: u32): void {
  const most = (length >> 1) + 2
  if (most <= runRoom) return
  if (runRoom) {
    heap.free(starts)
    heap.free(ends)
    heap.free(records)
  }
  runRoom = most * 2
  starts = heap.alloc(<usize>runRoom << 2)
  ends = heap.alloc(<usize>runRoom << 2)
  records = heap.alloc(<usize>runRoom << 2)
}

/** Finds the runs and lines of the text that was put there, so many bytes of UTF-8; answers how many runs there are. */
export function findRuns(length: u32): u32 {
  // Never while a text waits whose runs are known by their records.
  if (!isAside && (learnt > mostLearnt || arenaBytes > mostArenaBytes)) forget()
  roomForRuns(length)
  memory.fill(text + length, 0, padding)
  runs = lineCount = cursor = 0
  textLength = length
  addLine(0)
  const isWide = findEdges(text + length)
  if (isWide) splitWideRuns()
  // A loop of its own: nothing in it is hard to foretell, so that the processor waits for many records at once.
  for (let run: u32 = 0; run < runs; run++) {
    const place = <usize>run << 2
    const start = load<u32>(starts + place)
    store<u32>(records + place, <u32>lookUp(text + start, load<u32>(ends + place) - start))
  }
  return runs
}

/** Notes where runs of bytes begin and end that belong to words, or may; answers whether any is beyond ASCII. */
function findEdges(end: usize): bool {
  let to = starts
  let other = ends
  let carry: u32 = 0
  let wide = i8x16.splat(0)
  for (let block = text; block <= end; block += 16) {
    const bytes = v128.load(block)
    wide = v128.or(wide, bytes)
    const base = <u32>(block - text)
    let breaks = <u32>i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(10)))
    while (breaks) {
      addLine(base + ctz(breaks) + 1)
      breaks &= breaks - 1
    }
    const mask = wordMask(bytes)
    let edges = (mask ^ ((mask << 1) | carry)) & 0xffff
    carry = mask >> 15
    // Beginnings and ends take turns: what is next changes places with what is next but one.
    while (edges) {
      store<u32>(to, base + ctz(edges))
      edges &= edges - 1
      const next = other
      other = to + 4
      to = next
    }
  }
  // The padding ends the last run, so that a beginning is next.
  runs = <u32>((to - starts) >> 2)
  return i8x16.bitmask(wide) != 0
}

/** A bit for each byte that is an ASCII letter or digit, `_`, `$`, or beyond ASCII. */
// @ts-ignore: decorator
@inline
function wordMask(bytes: v128): u32 {
  const letter = i8x16.lt_u(i8x16.sub(v128.or(bytes, i8x16.splat(0x20)), i8x16.splat(97)), i8x16.splat(26))
  const digit = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(48)), i8x16.splat(10))
  const joiner = v128.or(i8x16.eq(bytes, i8x16.splat(95)), i8x16.eq(bytes, i8x16.splat(36)))
  return <u32>i8x16.bitmask(v128.or(v128.or(letter, digit), v128.or(joiner, bytes)))
}

function addLine(at: u32): void {
  if (lineCount == lineRoom) {
    lineRoom = lineRoom ? lineRoom * 2 : 4096
    lines = lines ? heap.realloc(lines, <usize>lineRoom << 2) : heap.alloc(<usize>lineRoom << 2)
  }
  store<u32>(lines + (<usize>(lineCount++) << 2), at)
}

/** Runs that hold bytes beyond ASCII may be several, or none. Written behind the others, then moved to where they belong. */
function splitWideRuns(): void {
  const count = runs
  const from = heap.alloc(<usize>count << 3)
  memory.copy(from, starts, <usize>count << 2)
  memory.copy(from + (<usize>count << 2), ends, <usize>count << 2)
  runs = 0
  for (let run: u32 = 0; run < count; run++) {
    const start = text + load<u32>(from + (<usize>run << 2))
    const end = text + load<u32>(from + (<usize>(run + count) << 2))
    if (isWide(start, end)) splitWideRun(start, end)
    else push(start, end)
  }
  heap.free(from)
}

function isWide(from: usize, to: usize): bool {
  for (; from < to; from++) if (load<u8>(from) >= 0x80) return true
  return false
}

function push(from: usize, to: usize): void {
  const place = <usize>(runs++) << 2
  store<u32>(starts + place, <u32>(from - text))
  store<u32>(ends + place, <u32>(to - text))
}

/** As `unitClasses` of code-tokens.ts says of UTF-16 units: U+0080 to U+00BF, U+2000 to U+303F and everything from U+FE00 on parts words. */
function splitWideRun(from: usize, to: usize): void {
  let open: usize = 0
  let at = from
  while (at < to) {
    const byte = <u32>load<u8>(at)
    let bytes: usize = 1
    let isWord = true
    if (byte >= 0xf0) bytes = 4
    else if (byte >= 0xe0) {
      const code = ((byte & 15) << 12) | ((<u32>load<u8>(at + 1) & 63) << 6) | (<u32>load<u8>(at + 2) & 63)
      isWord = !(code >= 0x2000 && code < 0x3040) && code < 0xfe00
      bytes = 3
    } else if (byte >= 0x80) {
      isWord = byte >= 0xc3
      bytes = 2
    }
    if (isWord && !open) open = at
    else if (!isWord && open) {
      push(open, at)
      open = 0
    }
    at += bytes
  }
  if (open) push(open, to)
}

// ---------------------------------------------------------------- the table of identifiers

/** What is longer is asked for each time. */
const longest: u32 = 64
/** Then all are forgotten, so that memory stays bounded: they are learnt again as they are met. */
const mostLearnt: u32 = 250000
const mostArenaBytes: usize = 64 << 20
const blockBytes: usize = 1 << 18

/** By chance, so that no text can be made of identifiers that all collide: where hashes begin, and what each step multiplies by. */
let seed: u64 = 0
let factor: u64 = 1

/** Slots: the upper half of the hash, then the record, 0 where it is free. */
let slots: usize = 0
let slotCount: u32 = 0
export let learnt: u32 = 0

/** Blocks begin with the address of the one before. */
let block: usize = 0
let blockAt: usize = 0
let blockEnd: usize = 0
let arenaBytes: usize = 0

let terms: usize = 0
let termsRoom: u32 = 0

export function begin(seedLow: u32, seedHigh: u32, factorLow: u32, factorHigh: u32): void {
  seed = (<u64>seedHigh << 32) | <u64>seedLow
  factor = (<u64>factorHigh << 32) | <u64>factorLow | 1
  forget()
}

/** Where the host puts so many terms of a run that it is asked for. */
export function termRoom(count: u32): usize {
  if (count > termsRoom) {
    if (terms) heap.free(terms)
    termsRoom = count * 2
    terms = heap.alloc(<usize>termsRoom << 2)
  }
  return terms
}

/** The first of so many bytes, eight at most; the others are 0. */
// @ts-ignore: decorator
@inline
function firstBytes(from: usize, count: i32): u64 {
  const kept = select<u64>(~(<u64>0), ((<u64>1) << (<u64>max(count, 0) << 3)) - 1, count >= 8)
  return load<u64>(from) & kept
}

/** One step of eight bytes: multiplied, and the upper half folded into the lower one. */
// @ts-ignore: decorator
@inline
function mix(hash: u64, word: u64): u64 {
  const product = (hash ^ word) * factor
  return product ^ (product >> 32)
}

// A record: bytes, terms, the lower half of the hash, its number; then the bytes of the identifier, filled up with zeros to 24 or to a
// multiple of eight; then its terms.
const lengthOf: usize = 0
const termsOf: usize = 4
const hashIn: usize = 8
export const numberIn: usize = 12
const head: usize = 16

const shortest: u32 = 24

/** Most identifiers have at most 24 bytes, which are three words without a question. */
// @ts-ignore: decorator
@inline
function lookUp(from: usize, length: u32): usize {
  if (length > shortest) return lookUpLong(from, length)
  const first = firstBytes(from, length)
  const second = firstBytes(from + 8, <i32>length - 8)
  const third = firstBytes(from + 16, <i32>length - 16)
  const hash = mix(mix(mix(seed ^ <u64>length, first), second), third)
  const mask = slotCount - 1
  const tag = <u32>(hash >> 32)
  let slot = <u32>hash & mask
  while (true) {
    const place = slots + (<usize>slot << 3)
    const record = <usize>load<u32>(place, 4)
    if (load<u32>(place) == tag && record) {
      const differ = (load<u64>(record, 16) ^ first) | (load<u64>(record, 24) ^ second) | (load<u64>(record, 32) ^ third)
      if (!(differ | <u64>(load<u32>(record, lengthOf) ^ length))) return record
    } else if (!record) return learnRecord(from, length, hash)
    slot = (slot + 1) & mask
  }
}

function lookUpLong(from: usize, length: u32): usize {
  if (length > longest) return longRecord(from, length)
  let hash = seed ^ <u64>length
  for (let at: u32 = 0; at < length; at += 8) hash = mix(hash, firstBytes(from + at, length - at))
  const mask = slotCount - 1
  const tag = <u32>(hash >> 32)
  let slot = <u32>hash & mask
  while (true) {
    const place = slots + (<usize>slot << 3)
    const record = <usize>load<u32>(place, 4)
    if (!record) return learnRecord(from, length, hash)
    if (load<u32>(place) == tag && load<u32>(record, lengthOf) == length && isSame(record + head, from, length)) return record
    slot = (slot + 1) & mask
  }
}

function isSame(known: usize, from: usize, length: u32): bool {
  for (let at: u32 = 0; at < length; at += 8) if (load<u64>(known + at) != firstBytes(from + at, length - at)) return false
  return true
}

function learnRecord(from: usize, length: u32, hash: u64): usize {
  const count = learn(from, length)
  if ((learnt + 1) * 2 > slotCount) spread()
  const record = newRecord(roomOf(length), count)
  store<u32>(record, length, lengthOf)
  store<u32>(record, <u32>hash, hashIn)
  store<u32>(record, learnt++, numberIn)
  memory.copy(record + head, from, length)
  place(record, <u32>hash, <u32>(hash >> 32))
  return record
}

/** Where the terms of an identifier of so many bytes begin behind its first one. */
// @ts-ignore: decorator
@inline
function roomOf(length: u32): usize {
  return <usize>max(shortest, (length + 7) & ~7)
}

/** Kept until all are forgotten, but never found. */
function longRecord(from: usize, length: u32): usize {
  const count = learn(from, length)
  const record = newRecord(shortest, count)
  store<u32>(record, 0xffffffff, numberIn)
  return record
}

function newRecord(bytes: usize, count: u32): usize {
  const size = (head + bytes + (<usize>max(count, 4) << 2) + 7) & ~7
  if (blockAt + size > blockEnd) newBlock(size + 8)
  const record = blockAt
  blockAt += size
  memory.fill(record, 0, head + bytes)
  store<u32>(record, <u32>bytes, lengthOf)
  store<u32>(record, count, termsOf)
  memory.copy(record + head + bytes, terms, <usize>count << 2)
  return record
}

function newBlock(atLeast: usize): void {
  const size = max(blockBytes, atLeast)
  const made = heap.alloc(size)
  store<u32>(made, <u32>block)
  block = made
  blockAt = made + 8
  blockEnd = made + size
  arenaBytes += size
}

function place(record: usize, hash: u32, tag: u32): void {
  const mask = slotCount - 1
  let slot = hash & mask
  while (load<u32>(slots + (<usize>slot << 3), 4)) slot = (slot + 1) & mask
  store<u32>(slots + (<usize>slot << 3), tag)
  store<u32>(slots + (<usize>slot << 3), <u32>record, 4)
}

function spread(): void {
  const before = slots
  const count = slotCount
  makeSlots(slotCount * 4)
  for (let slot: u32 = 0; slot < count; slot++) {
    const from = before + (<usize>slot << 3)
    const record = <usize>load<u32>(from, 4)
    if (record) place(record, load<u32>(record, hashIn), load<u32>(from))
  }
  heap.free(before)
}

function makeSlots(count: u32): void {
  slotCount = count
  slots = heap.alloc(<usize>count << 3)
  memory.fill(slots, 0, <usize>count << 3)
}

function forget(): void {
  while (block) {
    const before = <usize>load<u32>(block)
    heap.free(block)
    block = before
  }
  blockAt = blockEnd = arenaBytes = 0
  learnt = 0
  forgets += 1
  if (slots) heap.free(slots)
  makeSlots(1 << 13)
}

// ---------------------------------------------------------------- documents

/** Documents under way: what was counted of them since they were last taken. */
@unmanaged
class Documents {
  /** For each term, side by side: the document that it was met in last, where its entry is, how many documents hold it, where its row begins. */
  met: usize
  metRoom: u32
  /** Terms that were met since documents were last taken. */
  touched: usize
  touchedRoom: u32
  touchedCount: u32
  /** Term and count of each entry, side by side. */
  entries: usize
  entryRoom: u32
  used: u32
  /** Where the entries of each document end, how many tokens it has, and to which whole it belongs, side by side. */
  ends: usize
  endRoom: u32
  count: u32
  /** Tokens of the document under way. */
  length: u32
  /** Numbers documents from 1 on, through all that is taken. */
  stamp: u32
  /** What is known of each row: term, documents, wholes. */
  heads: usize
  headRoom: u32
  /** Rows one after the other, an entry for each document. */
  rows: usize
  rowRoom: u32
  /** Where in the rows counts did not fit, and what they are, side by side. */
  large: usize
  largeRoom: u32
  largeCount: u32
  /** A bit for each term that was met. */
  bits: usize
  bitRoom: u32
}

/** New documents, to be named to the functions below. */
export function newDocuments(): usize {
  const documents = heap.alloc(offsetof<Documents>())
  memory.fill(documents, 0, offsetof<Documents>())
  changetype<Documents>(documents).stamp = 1
  return documents
}

const metBytes: usize = 16

/** Counts the terms of all runs of the text that are not counted yet and begin before `to`. */
export function countRuns(documents: usize, to: u32): void {
  const first = cursor
  let at = first
  while (at < runs && load<u32>(starts + (<usize>at << 2)) < to) at += 1
  cursor = at
  countTerms(changetype<Documents>(documents), listTerms(first, at))
}

/** Terms of the runs under way. */
let list: usize = 0
let listRoom: u32 = 0

/** All terms of some runs, one after the other: four are copied at a time, since few identifiers have more. Answers how many there are. */
function listTerms(first: u32, end: u32): u32 {
  let used: u32 = 0
  for (let at = first; at < end; at++) {
    const record = <usize>load<u32>(records + (<usize>at << 2))
    const count = load<u32>(record, termsOf)
    const from = record + head + roomOf(load<u32>(record, lengthOf))
    if (used + count + 4 > listRoom) {
      listRoom = (used + count + 4) * 2
      list = list ? heap.realloc(list, <usize>listRoom << 2) : heap.alloc(<usize>listRoom << 2)
    }
    const to = list + (<usize>used << 2)
    if (count > 4) memory.copy(to, from, <usize>count << 2)
    else v128.store(to, v128.load(from))
    used += count
  }
  return used
}

/** Without questions that are hard to foretell: whether a term is new in a document is reckoned with, not asked. */
function countTerms(into: Documents, count: u32): void {
  into.length += count
  if (into.used + count > into.entryRoom) {
    into.entryRoom = (into.used + count) * 2
    into.entries = into.entries ? heap.realloc(into.entries, <usize>into.entryRoom << 3) : heap.alloc(<usize>into.entryRoom << 3)
  }
  const stamp = into.stamp
  const entries = into.entries
  let used = into.used
  for (let at: u32 = 0; at < count; at++) {
    const term = load<u32>(list + (<usize>at << 2))
    if (term >= into.metRoom) growMet(into, term)
    const met = into.met + <usize>term * metBytes
    const isNew = <u32>(load<u32>(met) != stamp)
    const place = select<u32>(used, load<u32>(met, 4), isNew)
    const entry = entries + (<usize>place << 3)
    const before = select<u32>(0, load<u32>(entry, 4), isNew)
    const holding = load<u32>(met, 8)
    store<u32>(met, stamp)
    store<u32>(met, place, 4)
    store<u32>(met, holding + isNew, 8)
    store<u32>(entry, term)
    store<u32>(entry, before + 1, 4)
    used += isNew
    if (!holding) touch(into, term)
  }
  into.used = used
}

function touch(into: Documents, term: u32): void {
  if (into.touchedCount == into.touchedRoom) {
    into.touchedRoom = into.touchedRoom ? into.touchedRoom * 2 : 1024
    into.touched = into.touched ? heap.realloc(into.touched, <usize>into.touchedRoom << 2) : heap.alloc(<usize>into.touchedRoom << 2)
  }
  store<u32>(into.touched + (<usize>(into.touchedCount++) << 2), term)
}

function growMet(into: Documents, term: u32): void {
  const before = into.metRoom
  into.metRoom = max(into.metRoom * 2, max(term + 1, 4096))
  const size = <usize>into.metRoom * metBytes
  into.met = into.met ? heap.realloc(into.met, size) : heap.alloc(size)
  memory.fill(into.met + <usize>before * metBytes, 0, size - <usize>before * metBytes)
}

/** Ends the document under way, which is a part of a whole; wholes come in the order of their numbers. */
export function endDocument(documents: usize, whole: u32): void {
  const into = changetype<Documents>(documents)
  if (into.count == into.endRoom) {
    into.endRoom = into.endRoom ? into.endRoom * 2 : 256
    into.ends = into.ends ? heap.realloc(into.ends, <usize>into.endRoom * 12) : heap.alloc(<usize>into.endRoom * 12)
  }
  const end = into.ends + <usize>(into.count++) * 12
  store<u32>(end, into.used)
  store<u32>(end, into.length, 4)
  store<u32>(end, whole, 8)
  into.length = 0
  into.stamp += 1
}

export function countOfDocuments(documents: usize): u32 {
  return changetype<Documents>(documents).count
}

/** Ends, tokens and wholes of the documents, side by side. */
export function endsOfDocuments(documents: usize): usize {
  return changetype<Documents>(documents).ends
}

/** An entry has 16 bits where so many documents can be told apart in the upper ones. */
const fewDocuments: u32 = 1 << 11
const someDocuments: u32 = 1 << 13

/** How many of an entry's lower bits hold how often the term is held. */
let countBits: u32 = 0

/** Turns the documents since the last call into a row for each term, by their numbers; answers how many rows there are. What is told below holds until the next call. */
export function invertDocuments(documents: usize): u32 {
  const from = changetype<Documents>(documents)
  countBits = from.count <= fewDocuments ? 5 : from.count <= someDocuments ? 3 : 8
  beginRows(from)
  if (countBits == 8) fillRows<u32>(from)
  else fillRows<u16>(from)
  writeHeads(from)
  return from.touchedCount
}

export function headsOfRows(documents: usize): usize {
  return changetype<Documents>(documents).heads
}

/** Entries of 16 bits, or of 32 where 8 of them hold the count. */
export function entriesOfRows(documents: usize): usize {
  return changetype<Documents>(documents).rows
}

export function countOfEntries(documents: usize): u32 {
  return changetype<Documents>(documents).used
}

/** Of the rows that were made last. */
export function countBitsOfRows(): u32 {
  return countBits
}

export function largeOfRows(documents: usize): usize {
  return changetype<Documents>(documents).large
}

export function countOfLarge(documents: usize): u32 {
  return changetype<Documents>(documents).largeCount
}

/** To be called once what was inverted is copied. */
export function dropDocuments(documents: usize): void {
  const taken = changetype<Documents>(documents)
  for (let at: u32 = 0; at < taken.touchedCount; at++) {
    const met = taken.met + <usize>load<u32>(taken.touched + (<usize>at << 2)) * metBytes
    store<u64>(met, 0)
    store<u32>(met, 0, 8)
  }
  taken.touchedCount = taken.used = taken.count = taken.length = 0
  taken.stamp += 1
  if (taken.stamp < 0xf0000000) return
  memory.fill(taken.met, 0, <usize>taken.metRoom * metBytes)
  taken.stamp = 1
}

/** Puts the terms into the order of their numbers, notes where their rows begin, and makes room. */
function beginRows(from: Documents): void {
  sortTouched(from)
  const bytes = from.used << (countBits == 8 ? 2 : 1)
  if (bytes > from.rowRoom) {
    if (from.rows) heap.free(from.rows)
    from.rowRoom = bytes + (bytes >> 1)
    from.rows = heap.alloc(from.rowRoom)
  }
  let row: u32 = 0
  for (let at: u32 = 0; at < from.touchedCount; at++) {
    const met = from.met + <usize>load<u32>(from.touched + (<usize>at << 2)) * metBytes
    store<u64>(met, 0)
    store<u32>(met, row, 12)
    row += load<u32>(met, 8)
  }
}

/** In the order of their numbers rows are joined with fewer waits for memory: neighbours among them are neighbours there. */
function sortTouched(from: Documents): void {
  const words = (from.metRoom + 63) >> 6
  if (words > from.bitRoom) {
    if (from.bits) heap.free(from.bits)
    from.bitRoom = words
    from.bits = heap.alloc(<usize>words << 3)
  }
  memory.fill(from.bits, 0, <usize>words << 3)
  for (let at: u32 = 0; at < from.touchedCount; at++) {
    const term = load<u32>(from.touched + (<usize>at << 2))
    const word = from.bits + (<usize>(term >> 6) << 3)
    store<u64>(word, load<u64>(word) | ((<u64>1) << (<u64>term & 63)))
  }
  let to = from.touched
  for (let word: u32 = 0; word < words; word++) {
    let bits = load<u64>(from.bits + (<usize>word << 3))
    for (; bits; bits &= bits - 1) {
      store<u32>(to, (word << 6) + <u32>ctz(bits))
      to += 4
    }
  }
}

/** Each entry goes to its term's row, document by document. */
function fillRows<Entry>(from: Documents): void {
  const escape: u32 = (1 << countBits) - 1
  from.largeCount = 0
  let entry = from.entries
  for (let document: u32 = 0; document < from.count; document++) {
    const told = from.ends + <usize>document * 12
    const end = from.entries + (<usize>load<u32>(told) << 3)
    const whole = load<u32>(told, 8) + 1
    for (; entry < end; entry += 8) {
      const times = load<u32>(entry, 4)
      const met = from.met + <usize>load<u32>(entry) * metBytes
      const row = load<u32>(met, 12)
      store<u32>(met, row + 1, 12)
      // While rows are made, the document met last is the whole met last plus 1, and the place of the entry how many wholes there were.
      store<u32>(met, load<u32>(met, 4) + <u32>(load<u32>(met) != whole), 4)
      store<u32>(met, whole)
      if (times >= escape) noteLarge(from, row, times)
      store<Entry>(from.rows + <usize>row * sizeof<Entry>(), <Entry>((document << countBits) | min(times, escape)))
    }
  }
}

function noteLarge(from: Documents, row: u32, times: u32): void {
  if (from.largeCount == from.largeRoom) {
    from.largeRoom = from.largeRoom ? from.largeRoom * 2 : 64
    from.large = from.large ? heap.realloc(from.large, <usize>from.largeRoom << 3) : heap.alloc(<usize>from.largeRoom << 3)
  }
  const to = from.large + (<usize>(from.largeCount++) << 3)
  store<u32>(to, row)
  store<u32>(to, times, 4)
}

function writeHeads(from: Documents): void {
  if (from.touchedCount > from.headRoom) {
    if (from.heads) heap.free(from.heads)
    from.headRoom = from.touchedCount + (from.touchedCount >> 1)
    from.heads = heap.alloc(<usize>from.headRoom * 12)
  }
  let to = from.heads
  for (let at: u32 = 0; at < from.touchedCount; at++) {
    const term = load<u32>(from.touched + (<usize>at << 2))
    const met = from.met + <usize>term * metBytes
    store<u32>(to, term)
    store<u32>(to, load<u32>(met, 8), 4)
    store<u32>(to, load<u32>(met, 4), 8)
    to += 12
  }
}
