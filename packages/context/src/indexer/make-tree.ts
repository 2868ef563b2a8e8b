import { createHash } from 'node:crypto'
import { decodeFacts } from '../extract/encode-facts.ts'
import { type FileFacts, noFacts } from '../extract/file-facts.ts'
import { blobHash } from '../repository/blob-hash.ts'
import { readInside } from '../repository/read-file.ts'
import { derivedKind, factsKind } from './derivers.ts'
import type { IndexedFile, IndexedTree, IndexReport } from './indexed-tree.ts'
import type { KnownFile } from './manifest.ts'
import type { BlobStore } from '../store/blob-store.ts'
import { readText, type Reading } from './read-texts.ts'

/** Reads and keeps. */
type Keeping = Reading & { readonly store: Pick<BlobStore, 'get' | 'has' | 'put'> }

/** The tree that known files make, in the order given. */
export function makeTree(reading: Keeping, known: readonly KnownFile[], report: IndexReport): IndexedTree {
  const files = known.filter(({ reason }) => reason === '').map(indexedFile)
  return {
    files,
    version: versionOf(files, reading),
    exact: known.every((file) => !wantsGrammar(file)),
    report,
    facts: (file) => factsOf(reading, file),
    derived: (file, kind) => derivedOf(reading, file, kind),
    text: (file) => bytesOf(reading, file)?.toString('utf8'),
  }
}

function indexedFile({ path, hash, size, language, kind, parsed }: KnownFile): IndexedFile {
  return { path, hash, size, language, kind, exact: parsed === 'yes' }
}

/** Whether a file is still to be read by its grammar; `grammars` and sizes were judged when it was read. */
export function wantsGrammar({ parsed, reason }: KnownFile): boolean {
  return reason === '' && parsed === 'no'
}

/** Depends on all that the tree's values depend on. */
function versionOf(files: readonly IndexedFile[], { derivers }: Reading): string {
  const sum = createHash('sha1')
  sum.update([factsKind('', false), factsKind('', true), ...derivers.map(({ kind, version }) => `${kind}.${version}`)].join('\0'))
  for (const { path, hash, language, kind, exact } of files) sum.update(`${path}\0${hash}\0${language}\0${kind}\0${exact ? 1 : 0}\n`)
  return sum.digest('hex')
}

function factsOf(reading: Keeping, file: IndexedFile): FileFacts {
  const kinds = file.exact ? [factsKind(file.language, true), factsKind(file.language, false)] : [factsKind(file.language, false)]
  for (const kind of kinds) {
    const bytes = kept(reading, file, kind)
    if (bytes !== undefined) return decodeFacts(bytes)
  }
  return noFacts
}

function derivedOf(reading: Keeping, file: IndexedFile, name: string): Uint8Array | undefined {
  const deriver = reading.derivers.find(({ kind }) => kind === name)
  if (deriver === undefined) return undefined
  const exact = file.exact && deriver.usesFacts ? reading.store.get(file.hash, derivedKind(deriver, file.language, true)) : undefined
  return exact ?? kept(reading, file, derivedKind(deriver, file.language, false))
}

/** A value of the store; one that was lost (evicted, corrupt) is made again while the file still has that content. */
function kept(reading: Keeping, file: IndexedFile, kind: string): Uint8Array | undefined {
  const value = reading.store.get(file.hash, kind)
  if (value !== undefined) return value
  const made = readText(
    { ...reading, store: { ...reading.store, has: () => false } },
    { path: file.path, language: file.language, kind: file.kind, size: file.size, hash: null },
  )
  if (made.status !== 'read' || made.hash !== file.hash) return undefined
  reading.store.put(made.values)
  return made.values.find((one) => one.kind === kind)?.value
}

function bytesOf({ root, limits }: Reading, file: IndexedFile): Buffer | undefined {
  try {
    const bytes = readInside(root, file.path, limits.mostBytes)
    return file.hash === blobHash(bytes) || !bytes.subarray(0, 8000).includes(0) ? bytes : undefined
  } catch {
    return undefined
  }
}
