import { BlobRef } from '@codeforge/contracts/blob'
import type { CodeRequest } from '@codeforge/contracts/code'
import type { Session } from './session.ts'

/** A run's files. */
export interface CodePlace {
  readonly path: string
  /** Names them, as a CodeQuestion does; null: they may change meanwhile. */
  readonly snapshot: string | null
}

/** Asks about the code in this run's workspace, as it is now; the result is JSON of the request's kind. */
export function askCode({ work, ports }: Pick<Session, 'work' | 'ports'>, { path, snapshot }: CodePlace): (request: CodeRequest, signal: AbortSignal) => Promise<unknown> {
  return async (request, signal) => {
    const question = { projectId: work.projectId, source: { kind: 'local', path } as const, request, ...(snapshot === null ? {} : { snapshot }) }
    const { result } = await ports.code.ask(question, signal)
    const blob = BlobRef.safeParse(result)
    const json = blob.success ? Buffer.from(await ports.artifactStore.get(blob.data.digest, signal)).toString('utf8') : String(result)
    return JSON.parse(json) as unknown
  }
}
