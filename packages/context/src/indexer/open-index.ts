import { join } from 'node:path'
import { languageOf } from '../extract/languages.ts'
import { isUseless } from '../repository/file-kind.ts'
import { countTracked } from '../repository/git-folder.ts'
import { createGitLister, type GitLister } from '../repository/git-lister.ts'
import { repositoryName } from '../repository/identity.ts'
import { realRoot, type Listing, listFiles } from '../repository/list-files.ts'
import { tooLarge } from '../repository/read-file.ts'
import type { SourceFile } from '../repository/source-file.ts'
import { openBlobStore } from '../store/blob-store.ts'
import { type DeferredStore, deferWrites } from '../store/defer-writes.ts'
import { factsKind, failureKind, loadDerivers } from './derivers.ts'
import type { Gatherer } from './gatherer.ts'
import type { IndexedTree, IndexOptions, IndexProgress, IndexReport, RepositoryIndex, SkippedFile, UpdateOptions } from './indexed-tree.ts'
import { usualLimits } from './limits.ts'
import { makeTree, wantsGrammar } from './make-tree.ts'
import { decodeManifest, encodeManifest, isUnchanged, type KnownFile, micros, type Parsed } from './manifest.ts'
import { readText, type Reading, type TextRequest, type TextResult } from './read-texts.ts'
import { createWorkerPool, type WorkerPool } from './worker-pool.ts'

type Progress = ((progress: IndexProgress) => void) | undefined

/** Fewer files than this are read at once where they are: threads would take longer to wake. */
const fewFiles = 24
/** A file that changed so shortly before it was read may change again without its times telling. */
const settleMs = 50

interface State {
  readonly reading: Reading & { readonly store: DeferredStore }
  readonly pool: WorkerPool
  readonly lister: GitLister
  known: Map<string, KnownFile> | null
  /** The tree that was made last; a look that finds nothing changed gives it again. */
  last: IndexedTree | null
}

/**
 * Opens the index of a tree; its store is made where it is missing. Cheap: nothing is read yet. Throws `repository-not-found`
 * where the root is no directory, and a TypeError where a deriver's module does not export what it should.
 */
export async function openIndex(options: IndexOptions, signal: AbortSignal): Promise<RepositoryIndex> {
  const root = realRoot(options.root)
  const storePath = join(options.storeDirectory, `${await repositoryName(root, options.searchPath, signal)}.index`)
  const derivers = options.derivers ?? []
  const limits = { ...usualLimits, ...options.limits }
  const functions = await loadDerivers(derivers)
  const store = deferWrites(openBlobStore(storePath))
  const pool = createWorkerPool(options.threads ?? 2, {
    root,
    storePath,
    limits,
    derivers,
    codeCache: join(options.storeDirectory, 'code'),
  })
  const reading = { root, store, limits, derivers, functions }
  const state: State = {
    reading,
    pool,
    lister: createGitLister(options.searchPath),
    known: null,
    last: null,
  }
  return {
    update: (updating, asked) => update(state, updating, asked ?? {}),
    gather: (tree, gatherer, gathering) => gather(state, tree, gatherer, gathering),
    complete: (tree, completing, onProgress) => complete(state, tree, completing, onProgress),
    readFrom: (directory) => {
      reading.root = realRoot(directory)
    },
    recall: (key) => store.named(`value:${key}`),
    remember: (key, pieces) => store.putNamed(`value:${key}`, pieces),
    valueOf: (hash, kind) => store.get(hash, kind),
    keepValues: (values) => store.put(values),
    [Symbol.dispose]: () => {
      state.lister[Symbol.dispose]()
      pool[Symbol.dispose]()
      store[Symbol.dispose]()
    },
  }
}

async function update(state: State, signal: AbortSignal, { onProgress, gatherer }: UpdateOptions): Promise<IndexedTree> {
  const started = performance.now()
  const loaded = () => (state.known ??= loadManifest(state)) // read while git lists
  const listing = await listFiles(state.reading.root, state.lister, signal, {
    expected: () => {
      if (loaded().size === 0 && countTracked(state.reading.root) > fewFiles) state.pool.wake() // they take longer to start than git takes to list
      return loaded().keys()
    },
    onListed: (done) => {
      if (done > fewFiles && loaded().size === 0) state.pool.wake()
      onProgress?.({ stage: 'list', done, total: done })
    },
  })
  const known = loaded()
  const next = new Map<string, KnownFile>()
  const requests: TextRequest[] = []
  let same = 0
  for (const file of listing.files) {
    const before = known.get(file.path)
    const reason = reasonToSkip(file, state)
    if (before !== undefined && isUnchanged(before, file) && (before.hash !== '' || reason !== '')) {
      next.set(file.path, before)
      same += 1
    } else if (reason !== '') next.set(file.path, skippedFile(file, reason))
    else requests.push({ path: file.path, language: file.language, kind: file.kind, size: file.size, hash: null })
  }
  const counts = { read: requests.length, scanned: 0, parsed: 0 }
  if (requests.length > 0) await readAll(state, { listing, requests, next, counts, onProgress, gatherer }, signal)
  const changed = same !== known.size || same !== next.size || requests.length > 0
  if (!changed && state.last !== null) return sameTree(state.last, listing, next, started)
  return finish(
    state,
    listing.files.flatMap(({ path }) => next.get(path) ?? []),
    listing.skipped,
    counts,
    changed,
    started,
  )
}

/** The tree as it was, with a report of this look at it. */
function sameTree(last: IndexedTree, listing: Listing, known: ReadonlyMap<string, KnownFile>, started: number): IndexedTree {
  const left = [...known.values()].filter(({ reason }) => reason !== '')
  const report: IndexReport = {
    ...last.report,
    read: 0,
    scanned: 0,
    parsed: 0,
    skipped: [...listing.skipped, ...left].map(({ path, reason }) => ({ path, reason })),
    milliseconds: performance.now() - started,
    residentBytes: process.memoryUsage.rss(),
  }
  return { ...last, report }
}

interface Reread {
  readonly listing: Listing
  readonly requests: readonly TextRequest[]
  /** What is known of each path; grows. */
  readonly next: Map<string, KnownFile>
  readonly counts: { scanned: number }
  readonly onProgress: Progress
  readonly gatherer: UpdateOptions['gatherer']
}

/** Reads what is new or changed, and puts what was found where it belongs. */
async function readAll(
  state: State,
  { listing, requests, next, counts, onProgress, gatherer }: Reread,
  signal: AbortSignal,
): Promise<void> {
  const began = Date.now()
  const empty = state.reading.store.isEmpty()
  const byPath = new Map(listing.files.map((file) => [file.path, file]))
  let done = 0
  const note = (results: readonly TextResult[]): void => {
    state.reading.store.put(results.flatMap(({ values }) => values))
    for (const result of results) {
      const file = byPath.get(result.path)
      if (file !== undefined) next.set(result.path, knownFile(state, file, result, { began, empty }))
      if (result.status === 'read' && result.made) counts.scanned += 1
    }
    done += results.length
    onProgress?.({ stage: 'scan', done, total: requests.length })
  }
  if (requests.length <= fewFiles) return note(requests.map((request) => readText(state.reading, request)))
  try {
    await state.pool.run({ task: 'scan', requests, onResults: note, gatherer: gatherer?.(), empty }, signal)
  } catch (error) {
    state.reading.store.flush() // whoever goes on from here finds what was read so far
    throw error
  }
}

/** Texts and facts are read from what is kept: what waits to be written is written first. */
async function gather(state: State, tree: IndexedTree, gatherer: Gatherer, signal: AbortSignal): Promise<void> {
  state.reading.store.flush()
  const requests = tree.files.map(({ path, hash, size, language, kind, exact }) => ({ path, hash, size, language, kind, exact }))
  await state.pool.run({ task: 'gather', requests, onResults: () => undefined, gatherer }, signal)
}

async function complete(state: State, tree: IndexedTree, signal: AbortSignal, onProgress: Progress): Promise<IndexedTree> {
  const started = performance.now()
  const known = (state.known ??= loadManifest(state))
  const waiting = new Map<string, KnownFile[]>()
  for (const file of tree.files) {
    const one = known.get(file.path)
    if (one === undefined || one.hash !== file.hash || !wantsGrammar(one)) continue
    const key = `${one.hash}:${one.language}`
    waiting.set(key, [...(waiting.get(key) ?? []), one])
  }
  const requests = [...waiting.values()].flatMap(([first]) =>
    first === undefined ? [] : [{ path: first.path, language: first.language, kind: first.kind, size: first.size, hash: first.hash }],
  )
  const counts = { read: 0, scanned: 0, parsed: 0 }
  const next = new Map(known)
  let done = 0
  const note = (results: readonly TextResult[]): void => {
    state.reading.store.put(results.flatMap(({ values }) => values))
    for (const result of results) settle(result, waiting, next, known)
    counts.parsed += results.filter(({ status }) => status === 'read').length
    done += results.length
    onProgress?.({ stage: 'parse', done, total: requests.length })
  }
  try {
    await state.pool.run({ task: 'parse', requests, onResults: note }, signal)
  } finally {
    state.known = next
    state.pool.rest() // parsers hold more memory than it is worth keeping
  }
  return finish(
    state,
    [...next.values()],
    tree.report.skipped.filter(({ path }) => !next.has(path)),
    counts,
    requests.length > 0,
    started,
  )
}

/** Marks all files of a content as read by its grammar, or as such that it cannot read. */
function settle(
  result: TextResult,
  waiting: ReadonlyMap<string, readonly KnownFile[]>,
  next: Map<string, KnownFile>,
  known: ReadonlyMap<string, KnownFile>,
): void {
  const asked = known.get(result.path)
  if (asked === undefined || result.hash !== asked.hash) return // it changed: the next update sees it
  const parsed: Parsed = result.status === 'read' ? 'yes' : 'failed'
  for (const file of waiting.get(`${asked.hash}:${asked.language}`) ?? []) next.set(file.path, { ...file, parsed })
}

function loadManifest({ reading }: State): Map<string, KnownFile> {
  const bytes = reading.store.named(manifestName(reading))
  if (bytes === undefined) return new Map()
  try {
    return new Map(decodeManifest(bytes).map((file) => [file.path, file]))
  } catch {
    return new Map() // of another version
  }
}

function manifestName({ root, derivers }: Reading): string {
  return ['tree', root, factsKind('', true), ...derivers.map(({ kind, version }) => `${kind}.${version}`)].join('\0')
}

function reasonToSkip({ path, kind, size }: SourceFile, { reading }: State): string {
  if (kind === 'vendored' || kind === 'binary' || kind === 'minified') return `By its path it is ${kind}.`
  if (isUseless(path)) return 'By its path it is generated.'
  return size > reading.limits.mostBytes ? tooLarge(size, reading.limits.mostBytes) : ''
}

function skippedFile(file: SourceFile, reason: string): KnownFile {
  const { path, size, language, kind } = file
  return { path, size, language, kind, ...timesOf(file), settled: true, hash: '', parsed: 'no', reason }
}

function knownFile(
  { reading }: State,
  file: SourceFile,
  result: TextResult,
  { began, empty }: { readonly began: number; readonly empty: boolean },
): KnownFile {
  const settled = file.changed < began - settleMs && file.modified < began - settleMs
  if (result.status === 'skipped')
    return { ...skippedFile(file, result.reason), hash: result.hash ?? '', settled: settled && result.hash !== null }
  const { path, hash, language, kind, bytes } = result
  return {
    path,
    size: bytes,
    ...timesOf(file),
    settled: settled && bytes === file.size,
    hash,
    language,
    kind,
    parsed: parsedState(reading, { hash, language, bytes }, empty),
    reason: '',
  }
}

const timesOf = ({ modified, changed, inode }: SourceFile) => ({ modified: micros(modified), changed: micros(changed), inode })

/** Where there is no grammar, or a file is too large for one, the quick scan is all there will be. */
function parsedState(
  { store, limits }: Reading,
  { hash, language, bytes }: { readonly hash: string; readonly language: string | null; readonly bytes: number },
  empty: boolean,
): Parsed {
  if (language === null || languageOf(language)?.grammar === undefined || bytes > limits.mostParsedBytes) return 'failed'
  if (empty) return 'no'
  if (store.has(hash, factsKind(language, true))) return 'yes'
  return store.has(hash, failureKind(language)) ? 'failed' : 'no'
}

function finish(
  state: State,
  files: readonly KnownFile[],
  left: readonly SkippedFile[],
  counts: Pick<IndexReport, 'read' | 'scanned' | 'parsed'>,
  changed: boolean,
  started: number,
): IndexedTree {
  const { reading } = state
  state.known = new Map(files.map((file) => [file.path, file]))
  if (changed) {
    reading.store.putNamed(manifestName(reading), () => [encodeManifest(files)])
    if (reading.store.bytes() > reading.limits.mostStoreBytes)
      reading.store.evict(reading.limits.mostStoreBytes * 0.8, new Set(files.map(({ hash }) => hash)))
  }
  const indexed = files.filter(({ reason }) => reason === '')
  const report: IndexReport = {
    ...counts,
    files: indexed.length,
    bytes: indexed.reduce((sum, { size }) => sum + size, 0),
    skipped: [...left, ...files.filter(({ reason }) => reason !== '')].map(({ path, reason }) => ({ path, reason })),
    milliseconds: performance.now() - started,
    residentBytes: process.memoryUsage.rss(),
    storeBytes: reading.store.bytes(),
  }
  return (state.last = makeTree(reading, files, report))
}
