import { CodeForgeError } from '@codeforge/contracts/error-code'
import { RunId } from '@codeforge/contracts/ids'
import { Run } from '@codeforge/contracts/run'
import { RunPage } from '../api/replies.ts'
import type { Session } from '../api/session.ts'
import { shortId } from '../output/figures.ts'
import { commandName } from '../output/command-name.ts'

type Client = Pick<Session['client'], 'get'>

/** Runs that are looked through for an id that was only begun. */
const mostPages = 25

/** The run that is meant: `last`, a whole id, or the beginning of one. */
export async function findRun(client: Client, named: string): Promise<Run> {
  return client.get(`/runs/${await findRunId(client, named)}`, Run)
}

export async function findRunId(client: Client, named: string): Promise<RunId> {
  if (named === 'last') {
    const newest = (await client.get('/runs', RunPage, { query: { limit: 1 } })).items[0]
    if (!newest) throw new CodeForgeError('not-found', `There is no run yet. \`${commandName()} run\` starts one.`)
    return newest.id
  }
  const whole = RunId.safeParse(named.toLowerCase())
  if (whole.success) return whole.data
  if (!/^[0-9a-f-]{4,36}$/i.test(named)) throw new CodeForgeError('invalid-input', `'${named}' is no run: give an id, at least four characters of its beginning, or \`last\`.`)
  return onlyOne(named, await startingWith(client, named))
}

async function startingWith(client: Client, named: string): Promise<RunId[]> {
  const wanted = plain(named)
  const found: RunId[] = []
  let cursor: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const { items, nextCursor } = await client.get('/runs', RunPage, { query: { cursor, limit: 200 } })
    found.push(...items.filter(({ id }) => plain(id).startsWith(wanted)).map(({ id }) => id))
    if (nextCursor === null) break
    cursor = nextCursor
  }
  return found
}

/** The one id that begins so; a refusal where none or several do. */
export function onlyOne<Id extends string>(named: string, [first, ...others]: readonly Id[], noun = 'run'): Id {
  if (first === undefined) throw new CodeForgeError('not-found', `There is no ${noun} ${named}. \`codeforge ${noun === 'run' ? 'runs' : 'answer'}\` lists what there is.`)
  if (others.length === 0) return first
  throw new CodeForgeError('invalid-input', `Several ${noun}s begin with ${named}: ${[first, ...others].slice(0, 5).map(shortId).join(', ')}. Give more of the id.`)
}

export function plain(id: string): string {
  return id.replaceAll('-', '').toLowerCase()
}
