import type { AccessDeps } from './askpass.ts'
import type { Git } from './command.ts'

/** What almost every part of this adapter works with. */
export interface Deps extends AccessDeps {
  readonly git: Git
}

/** The commit a run starts from. */
export interface Base {
  readonly commit: string
  /** Branch it was the tip of, where that is known. */
  readonly branch: string | null
}
