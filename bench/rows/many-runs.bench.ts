import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { readWatch, resetWatch, watching } from '@codeforge/testing/watched-process'
import type { Family, Figures } from '../harness/family.ts'
import { embedded, fleet } from '../scenes/columns.ts'
import type { Column } from '../scenes/columns.ts'
import { makeRepository } from '../scenes/repository.ts'
import { makeProject, startRun, succeeded } from '../scenes/runs.ts'
import { timedModel } from '../scenes/timed-model.ts'
import type { TimedModel } from '../scenes/timed-model.ts'

const turns = 2
const latencyMs = 200
const names = { memory: 'memory per run', delay: 'event loop late, p99', time: 'time until all have ended' } as const
/** Programs of the baseline that stand for all: the memory of one is much like that of the next. */
const barePrograms = 10

function familyOf(column: string, open: (settings: Record<string, string>) => Promise<Column>, count: number): Family {
  return {
    name: `${count} runs at once, ${column}`,
    rows: [
      { name: names.memory, unit: 'MB', comparedWith: 'one bare Node program per run', marks: [{ of: 'ours', is: 'at most', value: 8 }] },
      { name: names.delay, unit: 'ms', comparedWith: 'a bare loop of as many conversations in one Node program', marks: [{ of: 'ours', is: 'at most', value: 50 }] },
      { name: names.time, unit: 's', comparedWith: 'the same bare loop', marks: [] },
    ],
    async open() {
      await using stack = new AsyncDisposableStack()
      const directory = stack.use(await temporaryDirectory('bench-many'))
      const model = stack.use(await timedModel({ turns, latencyMs, command: (turn) => `echo turn ${turn}`, together: count }))
      const watches = join(directory.path, 'watch-%pid.json')
      const { ask, worker, core, ...rest } = await open({
        CODEFORGE_LLM_BASE_URL: model.server.url, CODEFORGE_LLM_MODEL: 'bench', CODEFORGE_WORKER_SLOTS: String(count),
        CODEFORGE_RUNS_MAX_CONCURRENT_PER_PROJECT: String(count), ...watching(watches),
      })
      stack.use(rest)
      const watch = watches.replace('%pid', String(worker.pid))
      const project = await makeProject(ask, await makeRepository(join(directory.path, 'repository'), 40))
      const owned = stack.move()
      let round = 0
      let idleMb: number | null = null
      return {
        async ours() {
          await resetWatch(watch, worker)
          const { time, most } = await runAll({ ask, project, model, prompts: Array.from({ length: count }, (_, index) => `Round ${round}, run ${index}.`) })
          round += 1
          if (most < count) throw new Error(`only ${most} runs were at work at once`)
          const { delayP99, mostResidentMb, firstResidentMb } = await readWatch(watch)
          idleMb ??= firstResidentMb // before the first round: V8 gives back little of what it once took
          return { [names.memory]: (mostResidentMb - idleMb) / count, [names.delay]: delayP99, [names.time]: time }
        },
        baseline: async () => ({ ...await bareConversations(model.server.url, count, directory.path), [names.memory]: await bareMemory(model.server.url) }),
        [Symbol.asyncDispose]: async () => owned.disposeAsync(),
      }
    },
  }
}

interface Scene extends Pick<Column, 'ask'> {
  readonly project: string
  readonly model: TimedModel
  readonly prompts: readonly string[]
}

/**
 * Starts all runs and waits for the last; seconds, and how many were at work at once. The model holds the first reply to each until
 * all have begun, as slow ones would: else the first would be through before the last is accepted.
 */
async function runAll({ ask, project, model, prompts }: Scene): Promise<{ time: number; most: number }> {
  const began = performance.now()
  const ids = await Promise.all(prompts.map(async (prompt) => startRun(ask, project, prompt)))
  for (const id of ids) await succeeded(ask, id, 300_000)
  const time = (performance.now() - began) / 1000
  const spans = prompts.map((prompt) => model.take(prompt)).map((asked) => [asked[0]!, asked.at(-1)! + latencyMs] as const)
  return { time, most: Math.max(...spans.map(([start]) => spans.filter(([from, to]) => from <= start && start < to).length)) }
}

const bareConversation = (url: string): string => `
  const body = JSON.stringify({ model: 'bench', stream: true, messages: [{ role: 'user', content: 'bare' }] })
  const ask = async () => (await fetch('${url}/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text()`

/** One Node program that holds as many conversations, with a bare spawn in each turn. */
async function bareConversations(url: string, count: number, directory: string): Promise<Figures> {
  const file = join(directory, 'bare.json')
  const program = `${bareConversation(url)}
    import { spawn } from 'node:child_process'
    import { once } from 'node:events'
    await Promise.all(Array.from({ length: ${count} }, async () => {
      for (let turn = 0; turn < ${turns}; turn += 1) { await ask(); await once(spawn('bash', ['-c', 'true'], { stdio: 'ignore' }), 'exit') }
      await ask()
    }))
    await new Promise((resolve) => setTimeout(resolve, 150))`
  const began = performance.now()
  await finished(spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit', env: { ...process.env, ...watching(file) } }))
  return { [names.time]: (performance.now() - began - 150) / 1000, [names.delay]: (await readWatch(file)).delayP99 }
}

async function finished(child: ReturnType<typeof spawn>): Promise<void> {
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the bare program ended with ${String(code)}`)
}

/** Megabytes of a Node program that asked the model once. */
async function bareMemory(url: string): Promise<number> {
  const program = `${bareConversation(url)}\nawait ask(); console.log('asked'); setInterval(() => {}, 1000)`
  const children = Array.from({ length: barePrograms }, () => spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] }))
  await Promise.all(children.map(async ({ stdout }) => once(stdout, 'data')))
  const sizes = await Promise.all(children.map(async ({ pid }) => Number(/^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1000))
  for (const child of children) child.kill('SIGKILL')
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length
}

export const families: readonly Family[] = [familyOf('embedded', embedded, 200), familyOf('fleet', fleet, 200)]
