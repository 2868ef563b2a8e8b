import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import type { Family, Mark } from '../harness/family.ts'
import { openFleetCore, token } from '../scenes/fleet-core.ts'
import type { FleetCore } from '../scenes/fleet-core.ts'
import { getRequest, openHttpLoad } from '../scenes/http-load.ts'

const row = 'requests a second, 32 connections'
const burst = { connections: 32, requests: 10_000 }

interface Case {
  readonly name: string
  readonly comparedWith: string
  readonly mark: Mark
  path(core: FleetCore): string
  /** Answers what ours answered, with as little as Node needs for it. */
  bare(core: FleetCore, answer: unknown, stack: AsyncDisposableStack): Promise<RequestListener>
}

const cases: readonly Case[] = [
  {
    name: 'REST, JSON with authentication',
    comparedWith: 'node:http, the same JSON, no authentication',
    mark: { of: 'ratio', is: 'at least', value: 0.65 },
    path: () => '/api/v1/modes/coder',
    bare: async (_core, answer) => (_request, response) => { send(response, answer) },
  },
  {
    name: 'REST, one row from PostgreSQL',
    comparedWith: 'node:http and pg: select by id, as JSON',
    mark: { of: 'ratio', is: 'at least', value: 0.9 },
    path: ({ projectId }) => `/api/v1/projects/${projectId}`,
    bare: async ({ postgres }, _answer, stack) => {
      const pool = new pg.Pool({ connectionString: postgres.url, max: 10 })
      stack.defer(async () => pool.end())
      return (request, response) => {
        const id = request.url?.split('/').at(-1)
        pool.query('select * from projects where id = $1', [id]).then(({ rows }) => { send(response, rows[0]) }, () => { response.destroy() })
      }
    },
  },
]

function send(response: Parameters<RequestListener>[1], value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

export const families: readonly Family[] = cases.map(({ name, comparedWith, mark, path, bare }): Family => ({
  name,
  rows: [{ name: row, unit: '/s', comparedWith, marks: [mark] }],
  pairs: 11,
  warmUps: 3,
  async open() {
    await using stack = new AsyncDisposableStack()
    const core = stack.use(await openFleetCore())
    const request = getRequest(path(core), { authorization: `Bearer ${token}` })
    const answer: unknown = await (await fetch(`${core.address}${path(core)}`, { headers: { authorization: `Bearer ${token}` } })).json()
    const server = createServer(await bare(core, answer, stack))
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    stack.defer(() => { server.close() })
    const load = stack.use(openHttpLoad())
    const ports = { ours: Number(new URL(core.address).port), bare: (server.address() as AddressInfo).port }
    const owned = stack.move()
    return {
      ours: async () => ({ [row]: await load.perSecond({ port: ports.ours, request, ...burst }) }),
      baseline: async () => ({ [row]: await load.perSecond({ port: ports.bare, request, ...burst }) }),
      [Symbol.asyncDispose]: async () => owned.disposeAsync(),
    }
  },
}))
