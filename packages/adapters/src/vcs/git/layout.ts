import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'

/** Where this adapter keeps things below its directory. */
export interface Layout {
  readonly root: string
  readonly repositories: string
  readonly workspaces: string
  /** Per attempt: the index of its checkpoints. Never visible to an agent. */
  readonly attempts: string
  readonly views: string
  /** Renamed here first, deleted later: deleting slows whoever checks out meanwhile. */
  readonly trash: string
  readonly askpass: string
}

/** Names the places of this adapter. */
export function layoutOf(root: string): Layout {
  return {
    root,
    repositories: join(root, 'repositories'),
    workspaces: join(root, 'workspaces'),
    attempts: join(root, 'attempts'),
    views: join(root, 'views'),
    trash: join(root, 'trash'),
    askpass: join(root, 'askpass.sh'),
  }
}

/** A short stable name for a path or an address. */
export function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}

/** Refuses a run's id that could leave its directory or its ref. */
export function checkRunId(runId: string): string {
  if (/^[\w-][\w.-]{0,127}$/.test(runId) && !runId.includes('..') && !runId.endsWith('.lock')) return runId
  throw new CodeForgeError('invalid-input', `'${runId.slice(0, 40)}' cannot name a run's workspace.`)
}
