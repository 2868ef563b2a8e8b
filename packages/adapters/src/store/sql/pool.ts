import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type { Pool, PoolClient, PoolConfig } from 'pg'
import { isAborted, storeError } from './errors.ts'

/** PostgreSQL's type numbers, from pg_type. */
const int8 = 20

/** Opens a pool whose 64-bit integers are numbers: money and positions stay far below 2^53. */
export async function openPool(config: PoolConfig): Promise<Pool> {
  const { default: pg } = await import('pg')
  const getTypeParser = (oid: number, format?: 'text' | 'binary'): unknown => oid === int8 ? Number : pg.types.getTypeParser(oid, format ?? 'text')
  const pool = new pg.Pool({ ...config, types: { getTypeParser } })
  // A connection that breaks is replaced by the pool, and its query fails; without listeners it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => { client.on('error', () => undefined) })
  return pool
}

export interface KyselyPoolOptions {
  /** Whether the server keeps statements. */
  readonly prepare: boolean
  /** The first statement of each connection. */
  readonly first?: string
}

/** What Kysely needs of the pool, with errors of our catalogue. */
export function kyselyPool(pool: Pool, { prepare, first }: KyselyPoolOptions): PostgresPool {
  const names = new StatementNames()
  const wrapped = new WeakMap<PoolClient, PostgresPoolClient>()
  const wrap = (client: PoolClient): PostgresPoolClient => {
    const known = wrapped.get(client)
    if (known) return known
    const made = kyselyClient(client, prepare ? names : null)
    wrapped.set(client, made)
    // Where it fails, so does what follows on this connection.
    if (first !== undefined) made.query(first, []).catch(() => undefined)
    return made
  }
  return {
    options: pool.options,
    connect: () => pool.connect().then(wrap, (error: unknown) => { throw storeError(error) }),
    end: () => pool.end(),
  }
}

function kyselyClient(client: PoolClient, names: StatementNames | null): PostgresPoolClient {
  const gather = gathering(client)
  let reason: unknown
  async function query<Row>(text: unknown, values?: readonly unknown[]): Promise<PostgresQueryResult<Row>> {
    if (typeof text !== 'string') throw new TypeError('cursors are not used')
    const name = names && values && values.length > 0 ? { name: names.of(text) } : {}
    gather()
    try {
      return await client.query({ ...name, text, values: [...values ?? []] }) as unknown as PostgresQueryResult<Row>
    } catch (error) {
      // Statements travel together: of those behind the one that failed, one may be heard first.
      if (!isAborted(error)) reason = storeError(error)
      throw reason ?? error
    }
  }
  return { query: query as PostgresPoolClient['query'], release: (destroy) => { client.release(destroy ?? false) } }
}

/** Where a client of the driver writes; not in its types. */
interface Connected {
  readonly connection?: { readonly stream?: { cork?(): void; uncork?(): void } }
}

/** Statements that are asked for in one turn of the event loop go out in one write: by itself the driver writes each, and the server wakes for each. */
function gathering(client: PoolClient): () => void {
  const stream = (client as Connected).connection?.stream
  let isGathering = false
  return () => {
    if (isGathering || !stream?.cork || !stream.uncork) return
    isGathering = true
    stream.cork()
    setImmediate(() => {
      isGathering = false
      stream.uncork?.()
    })
  }
}

/** Short names for statements. The server plans a named statement once per connection. */
class StatementNames {
  readonly #names = new Map<string, string>()

  of(text: string): string {
    const known = this.#names.get(text) ?? `s${String(this.#names.size)}`
    this.#names.set(text, known)
    return known
  }
}
