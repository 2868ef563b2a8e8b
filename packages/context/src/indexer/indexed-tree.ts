import type { FileFacts } from '../extract/file-facts.ts'
import type { Gatherer } from './gatherer.ts'
import type { IndexLimits } from './limits.ts'
import type { FileKind } from '../repository/source-file.ts'
import type { KeptValue } from '../store/blob-store.ts'

/** A file as the index knows it. */
export interface IndexedFile {
  readonly path: string
  /** Git's blob hash (SHA-1, hexadecimal) of the bytes in the working tree. */
  readonly hash: string
  readonly size: number
  readonly language: string | null
  readonly kind: FileKind
  /** Whether a grammar read it. */
  readonly exact: boolean
}

/** A file that the index left out, and why, in a sentence. */
export interface SkippedFile {
  readonly path: string
  readonly reason: string
}

/** What one update did. */
export interface IndexReport {
  readonly files: number
  readonly bytes: number
  /** Files read from disk in this update. */
  readonly read: number
  /** Texts that the quick scan went through in this update. */
  readonly scanned: number
  /** Texts that a grammar went through in this update. */
  readonly parsed: number
  readonly skipped: readonly SkippedFile[]
  readonly milliseconds: number
  /** Resident memory of this process afterwards. */
  readonly residentBytes: number
  /** Size of the index on disk, which trees of the same repository share. */
  readonly storeBytes: number
}

export interface IndexProgress {
  readonly stage: 'list' | 'scan' | 'parse'
  readonly done: number
  readonly total: number
}

/**
 * A picture of one tree at one moment. Files are ordered by path (code units). Facts and derived values are decoded on
 * demand, and not kept: keep what you need.
 */
export interface IndexedTree {
  readonly files: readonly IndexedFile[]
  /** Changes with any path, any content, any extractor, and whether facts are exact. */
  readonly version: string
  /** Whether each file that has a grammar was read by it. */
  readonly exact: boolean
  readonly report: IndexReport
  facts(file: IndexedFile): FileFacts
  /** What a deriver made of the file's text; undefined where there is nothing. */
  derived(file: IndexedFile, kind: string): Uint8Array | undefined
  /** The text as it is now on disk; undefined where it is gone, binary, or larger than the index reads. */
  text(file: IndexedFile): string | undefined
}

/**
 * Makes something of one text that is kept by its content: `derive` must depend on nothing but its arguments, and never
 * on the path, since files of equal content share the result. It runs in worker threads, hence a module and a name.
 */
export interface Deriver {
  /** Names the value; no other deriver has it. */
  readonly kind: string
  /** Raise it when the value changes. */
  readonly version: number
  /** URL of the module that exports the function. */
  readonly module: string
  readonly exportName: string
  /** Whether it depends on facts, so that it is made anew once they are exact. */
  readonly usesFacts: boolean
}

/** The type of a deriver's function. */
export type Derive = (text: string, facts: FileFacts, language: string | null) => Uint8Array

/** Kept in one file per repository, which several processes and all its worktrees share. */
export interface RepositoryIndex extends Disposable {
  /** Brings it up to date with the tree. Facts are exact where they were known, else from the quick scan: usable at once. */
  update(signal: AbortSignal, options?: UpdateOptions): Promise<IndexedTree>
  /** Reads by grammar what only the quick scan knows; give it the latest tree. */
  complete(tree: IndexedTree, signal: AbortSignal, onProgress?: (progress: IndexProgress) => void): Promise<IndexedTree>
  /** Goes through all texts of a tree once more, in threads, with the facts that are known of them. */
  gather(tree: IndexedTree, gatherer: Gatherer, signal: AbortSignal): Promise<void>
  /** Where the texts of trees made so far are read from now on, as the same files lie there too. It is not updated any more. */
  readFrom(directory: string): void
  /** A value kept for a whole tree, by a key of your own (put the tree's version and yours into it). The newest few are kept. They are made and written when there is time. */
  recall(key: string): Uint8Array<ArrayBuffer> | undefined
  remember(key: string, pieces: () => readonly Uint8Array[]): void
  /** A value that somebody else than a deriver made of a content, kept under its hash. */
  valueOf(hash: string, kind: string): Uint8Array | undefined
  keepValues(values: readonly KeptValue[]): void
}

export interface UpdateOptions {
  readonly onProgress?: ((progress: IndexProgress) => void) | undefined
  /** Asked once it is known that texts are to be read by threads: what is to be made of these texts besides. */
  readonly gatherer?: (() => Gatherer | undefined) | undefined
}

/** What `openIndex` needs. */
export interface IndexOptions {
  /** The tree's directory. */
  readonly root: string
  /** Where the file of the index goes: a directory of ours that holds those of all repositories. */
  readonly storeDirectory: string
  readonly derivers?: readonly Deriver[]
  /** Worker threads that read and parse. Default 2. */
  readonly threads?: number
  /** Other bounds than the usual ones. */
  readonly limits?: Partial<IndexLimits>
  /** Program search path, for git. */
  readonly searchPath?: string
}
