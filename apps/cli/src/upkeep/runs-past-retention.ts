import { RunPage } from '../api/replies.ts'
import type { Session } from '../api/session.ts'

const dayMs = 86_400_000

/** How many runs ended longer ago than runs are kept. */
export async function runsPastRetention(client: Pick<Session['client'], 'get'>, keepDays: number, now: number): Promise<number> {
  let past = 0
  let cursor: string | undefined
  do {
    const { items, nextCursor } = await client.get('/runs', RunPage, { query: { status: 'ended', limit: 200, cursor } })
    past += items.filter(({ endedAt }) => endedAt !== null && Date.parse(endedAt) < now - keepDays * dayMs).length
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
  return past
}
