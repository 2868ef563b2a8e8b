/** What a file is to somebody who looks for the place to change. */
export type FileKind = 'source' | 'test' | 'generated' | 'vendored' | 'minified' | 'binary' | 'document' | 'config'

/** A regular file of a tree. */
export interface SourceFile {
  /** From the root, with `/`; never leaves it. */
  readonly path: string
  readonly size: number
  /** Id of its language, or null where none is known by path. */
  readonly language: string | null
  /** By its path; its content may still tell otherwise once it was read. */
  readonly kind: FileKind
  /** Milliseconds since the epoch, with fractions. */
  readonly modified: number
  readonly changed: number
  readonly inode: number
}
