import { messageLimit } from '@codeforge/contracts/blob'
import type { BlobRef } from '@codeforge/contracts/blob'
import { RunWork } from '@codeforge/contracts/run-work'
import type { CorePorts } from '../ports.ts'

/** Pinned work larger than this travels by address, so that a job stays far below the queue's limit. */
const inlineWorkLimit = messageLimit / 2

/** The work by value, or by address where it is too large for a job. */
export async function storeWork({ artifacts }: Pick<CorePorts, 'artifacts'>, work: RunWork, signal: AbortSignal): Promise<BlobRef | RunWork> {
  const bytes = Buffer.from(JSON.stringify(work))
  return bytes.length <= inlineWorkLimit ? work : artifacts.put(bytes, 'application/json', signal)
}

export async function loadWork({ artifacts }: Pick<CorePorts, 'artifacts'>, work: BlobRef | RunWork, signal: AbortSignal): Promise<RunWork> {
  if ('runId' in work) return work
  return RunWork.parse(JSON.parse(Buffer.from(await artifacts.get(work.digest, signal)).toString('utf8')))
}
