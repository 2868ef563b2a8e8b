import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, readProcess } from '@codeforge/adapters/processes/process-table'
import { descendantsWith, processesWith } from '@codeforge/host/testing/processes'
import { until } from '@codeforge/testing/codeforge-process'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import type { Family } from '../harness/family.ts'
import { percentile } from '../harness/statistics.ts'
import { bareProgram } from '../scenes/bare-program.ts'
import { addressOf, embedded, fleet } from '../scenes/columns.ts'
import type { Column } from '../scenes/columns.ts'
import { healthTimes } from '../scenes/health.ts'
import { makeRepository } from '../scenes/repository.ts'
import { makeProject, startRun, succeeded } from '../scenes/runs.ts'
import { timedModel } from '../scenes/timed-model.ts'

type Open = (settings: Record<string, string>) => Promise<Column>

const flooding = 50
const floods = 1
/** About 1.3 MB; it ends by itself. */
const flood = (turn: number): string => `seq ${turn} 200000`
const healthRow = '/health while 50 runs work and output floods, p95'

function health(column: string, open: Open): Family {
  return {
    name: `health, ${column}`,
    rows: [{ name: healthRow, unit: 'ms', comparedWith: 'one Node program that reads as much from as many commands', marks: [{ of: 'ours', is: 'at most', value: 25 }] }],
    async open() {
      await using stack = new AsyncDisposableStack()
      const directory = stack.use(await temporaryDirectory('bench-limits'))
      const model = stack.use(await timedModel({ turns: floods, command: flood, latencyMs: 20 }))
      const { ask, core, ...rest } = await open({ CODEFORGE_LLM_BASE_URL: model.server.url, CODEFORGE_LLM_MODEL: 'bench', CODEFORGE_WORKER_SLOTS: String(flooding), CODEFORGE_RUNS_MAX_CONCURRENT_PER_PROJECT: String(flooding) })
      stack.use(rest)
      const project = await makeProject(ask, await makeRepository(join(directory.path, 'repository'), 5))
      const owned = stack.move()
      let round = 0
      return {
        async ours() {
          round += 1
          const times = await healthTimes(await addressOf(core), async () => {
            const ids = await Promise.all(Array.from({ length: flooding }, async (_, index) => startRun(ask, project, `Flood ${round}, ${index}.`)))
            for (const id of ids) await succeeded(ask, id)
          })
          return { [healthRow]: percentile(times, 0.95) }
        },
        baseline: async () => ({ [healthRow]: percentile(await bareFlood(), 0.95) }),
        [Symbol.asyncDispose]: async () => owned.disposeAsync(),
      }
    },
  }
}

/** A program that starts as many commands, reads what they print, and answers meanwhile. */
async function bareFlood(): Promise<readonly number[]> {
  const source = `import { spawn } from 'node:child_process'
    import { once } from 'node:events'
    import { createServer } from 'node:http'
    const flood = async () => { for (let turn = 0; turn < ${floods}; turn += 1) { const child = spawn('bash', ['-c', 'seq 200000'], { stdio: ['ignore', 'pipe', 'ignore'] }); child.stdout.resume(); await once(child, 'close') } }
    createServer(async ({ url }, response) => { if (url === '/flood') await Promise.all(Array.from({ length: ${flooding} }, flood)); response.end('{}') }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
  await using bare = await bareProgram(source)
  return await healthTimes(bare.url, async () => void (await fetch(`${bare.url}/flood`)))
}

const cancelRow = 'cancel until the tree of the run is gone'
const children = 4

function cancel(column: string, open: Open): Family {
  return {
    name: `cancel, ${column}`,
    rows: [{ name: cancelRow, unit: 'ms', comparedWith: 'SIGKILL to such a tree', marks: [{ of: 'ours', is: 'at most', value: 1500 }] }],
    async open() {
      await using stack = new AsyncDisposableStack()
      const directory = stack.use(await temporaryDirectory('bench-limits'))
      const mark = `600.${process.pid}`
      const model = stack.use(await timedModel({ turns: 1, command: () => treeOf(mark) }))
      const { ask, worker, ...rest } = await open({ CODEFORGE_LLM_BASE_URL: model.server.url, CODEFORGE_LLM_MODEL: 'bench' })
      stack.use(rest)
      const project = await makeProject(ask, await makeRepository(join(directory.path, 'repository'), 5))
      const owned = stack.move()
      let round = 0
      return {
        async ours() {
          round += 1
          const id = await startRun(ask, project, `Wait for ever, ${round}.`)
          const tree = await until(async () => { const found = await descendantsWith(worker.pid, `sleep ${mark}`); return found.length >= children && found }, 60_000, () => 'the tree did not start')
          const began = performance.now()
          await ask('POST', `/runs/${id}/cancel`, {})
          return { [cancelRow]: await untilGone(tree, began) }
        },
        async baseline() {
          const bare = `601.${process.pid}`
          const child = spawn('bash', ['-c', treeOf(bare)], { stdio: 'ignore', detached: true })
          const tree = await until(async () => { const found = await processesWith(`sleep ${bare}`); return found.length >= children && found }, 60_000, () => 'the tree did not start')
          const began = performance.now()
          for (const pid of [...tree, child.pid ?? 0]) killed(pid)
          return { [cancelRow]: await untilGone(tree, began) }
        },
        [Symbol.asyncDispose]: async () => owned.disposeAsync(),
      }
    },
  }
}

/** Some of it in the command's session, some in sessions of its own, some below another shell. */
const treeOf = (mark: string): string => `setsid sleep ${mark} & sleep ${mark} & bash -c 'setsid sleep ${mark} & sleep ${mark}'`

function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

/** Milliseconds from then until none of the processes does anything; what waits for its parent to hear of its end is gone. */
async function untilGone(pids: readonly number[], began: number): Promise<number> {
  while (pids.some((pid) => isAlive(readProcess(pid)))) {
    if (performance.now() - began > 30_000) throw new Error('the tree is still there')
    await sleep(2)
  }
  return performance.now() - began
}

export const families: readonly Family[] = [health('embedded', embedded), health('fleet', fleet), cancel('embedded', embedded), cancel('fleet', fleet)]
