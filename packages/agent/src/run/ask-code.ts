import { BlobRef } from '@codeforge/contracts/blob'
import type { CodeRequest } from '@codeforge/contracts/code'
import type { Agent } from './session.ts'

/** Asks about the code in this run's workspace, as it is now; the result is JSON of the request's kind. */
export function askCode({ work, place, ports }: Pick<Agent, 'work' | 'place' | 'ports'>): (request: CodeRequest, signal: AbortSignal) => Promise<unknown> {
  return async (request, signal) => {
    const source = { kind: 'local', path: place.workspace.path } as const
    const { result } = await ports.code.ask({ projectId: work.projectId, source, request }, signal)
    const blob = BlobRef.safeParse(result)
    const json = blob.success ? Buffer.from(await ports.artifactStore.get(blob.data.digest, signal)).toString('utf8') : String(result)
    return JSON.parse(json) as unknown
  }
}
