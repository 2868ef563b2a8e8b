import type { CredentialSource } from './askpass.ts'
import type { Git } from './command.ts'
import type { Layout } from './layout.ts'

/** What almost every part of this adapter works with. */
export interface Deps {
  readonly git: Git
  readonly layout: Layout
  readonly credentials: CredentialSource
  /** Added to the environment of commands that talk to a remote. */
  readonly network: Readonly<Record<string, string>>
}

/** The commit a run starts from. */
export interface Base {
  readonly commit: string
  /** Branch it was the tip of, where that is known. */
  readonly branch: string | null
}
