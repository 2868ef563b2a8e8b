import { until } from '@codeforge/testing/codeforge-process'
import type { Ask } from '@codeforge/testing/codeforge-process'

export interface RecordedEvent {
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
}

/** A project of a repository; its id. */
export async function makeProject(ask: Ask, repository: string): Promise<string> {
  return String((await ask('POST', '/projects', { name: 'Bench', localPath: repository }))['id'])
}

/** Starts a run without gates that delivers nothing; its id. */
export async function startRun(ask: Ask, projectId: string, prompt: string): Promise<string> {
  return String((await ask('POST', '/runs', { projectId, prompt, deliver: 'none', gates: [] }))['id'])
}

/** Waits for the end of a run. Fails where it did not succeed, since a run that failed early would look fast. */
export async function succeeded(ask: Ask, id: string, limitMs = 120_000): Promise<void> {
  let last: Record<string, unknown> = {}
  await until(async () => {
    last = await ask('GET', `/runs/${id}`)
    return last['status'] === 'ended'
  }, limitMs, () => `the run did not end: ${JSON.stringify(last)}`)
  if (last['outcome'] !== 'succeeded') throw new Error(`the run did not succeed: ${JSON.stringify(last)}`)
}

/** All that was recorded of a run. */
export async function eventsOf(ask: Ask, id: string): Promise<readonly RecordedEvent[]> {
  return (await ask('GET', `/runs/${id}/events?limit=1000`))['items'] as RecordedEvent[]
}
