import { join } from 'node:path'
import type { Ask } from '@codeforge/testing/codeforge-process'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import type { Family } from '../harness/family.ts'
import { percentile } from '../harness/statistics.ts'
import { bareProgram } from '../scenes/bare-program.ts'
import { embedded, fleet } from '../scenes/columns.ts'
import type { Column } from '../scenes/columns.ts'
import { makeRepository } from '../scenes/repository.ts'
import { makeProject, startRun } from '../scenes/runs.ts'
import { timedModel } from '../scenes/timed-model.ts'

const listed = 2000
const page = 200
const listings = 20
const row = `listing ${listed} runs, p95`

/** All pages of the list, one after the other, as a client reads it that wants everything. */
function familyOf(column: string, open: (settings: Record<string, string>) => Promise<Column>): Family {
  return {
    name: `listing, ${column}`,
    rows: [{ name: row, unit: 'ms', comparedWith: 'as many equal summaries in as many pages from a bare node:http', marks: [{ of: 'ours', is: 'at most', value: 250 }] }],
    async open() {
      await using stack = new AsyncDisposableStack()
      const directory = stack.use(await temporaryDirectory('bench-limits'))
      // One run waits for its model, and all others for that one: what is measured is the list.
      const model = stack.use(await timedModel({ turns: 1, command: () => 'true', latencyMs: 3_600_000 }))
      const { ask, ...rest } = await open({
        CODEFORGE_LLM_BASE_URL: model.server.url, CODEFORGE_LLM_MODEL: 'bench', CODEFORGE_LLM_IDLE_SECONDS: '3600',
        CODEFORGE_RUNS_MAX_QUEUED: String(2 * listed), CODEFORGE_RUNS_MAX_CONCURRENT_PER_PROJECT: '1', CODEFORGE_WORKER_SLOTS: '1',
      })
      stack.use(rest)
      const project = await makeProject(ask, await makeRepository(join(directory.path, 'repository'), 5))
      for (let made = 0; made < listed; made += 50) await Promise.all(Array.from({ length: 50 }, async (_, index) => startRun(ask, project, `Wait, number ${made + index}.`)))
      const bare = stack.use(await bareProgram(answering(await ask('GET', `/runs?limit=${page}`))))
      const owned = stack.move()
      return {
        ours: async () => ({ [row]: await slowestOf(async () => readAll(ask)) }),
        baseline: async () => ({ [row]: await slowestOf(async () => readPages(bare.url)) }),
        [Symbol.asyncDispose]: async () => owned.disposeAsync(),
      }
    },
  }
}

async function slowestOf(once: () => Promise<number>): Promise<number> {
  const times: number[] = []
  for (let count = 0; count < listings; count += 1) {
    const began = performance.now()
    const found = await once()
    times.push(performance.now() - began)
    if (found < listed) throw new Error(`only ${found} runs were listed`)
  }
  return percentile(times, 0.95)
}

async function readAll(ask: Ask): Promise<number> {
  let found = 0
  for (let cursor: string | null = ''; cursor !== null;) {
    const { items, nextCursor } = await ask('GET', `/runs?limit=${page}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    found += (items as unknown[]).length
    cursor = nextCursor as string | null
  }
  return found
}

async function readPages(url: string): Promise<number> {
  let found = 0
  for (let read = 0; read < listed / page; read += 1) found += ((await (await fetch(url)).json()) as { items: unknown[] }).items.length
  return found
}

/** Sends the same page to everyone, put into text anew each time. */
function answering(answer: object): string {
  return `import { createServer } from 'node:http'
    const answer = ${JSON.stringify(answer)}
    createServer((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
}

export const families: readonly Family[] = [familyOf('embedded', embedded), familyOf('fleet', fleet)]
