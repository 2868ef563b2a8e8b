import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import type { Family, Figures } from '../harness/family.ts'
import { median } from '../harness/statistics.ts'
import { embedded, fleet } from '../scenes/columns.ts'
import type { Column } from '../scenes/columns.ts'
import { makeRepository } from '../scenes/repository.ts'
import { eventsOf, makeProject, startRun, succeeded } from '../scenes/runs.ts'
import { timedModel } from '../scenes/timed-model.ts'
import type { TimedModel } from '../scenes/timed-model.ts'

const turns = 20
const names = { start: 'start to first model request', turn: 'turn with a trivial command', beyond: 'turn beyond its command' } as const

function familyOf(column: string, open: (settings: Record<string, string>) => Promise<Column>): Family {
  return {
    name: `turns, ${column}`,
    rows: [
      { name: names.start, unit: 'ms', comparedWith: 'a bare Node program, from its start to its request', marks: [{ of: 'ours', is: 'at most', value: 100 }] },
      { name: names.turn, unit: 'ms', comparedWith: 'spawn of bash and one HTTP request', marks: [] },
      { name: names.beyond, unit: 'ms', comparedWith: 'one HTTP request to the model', marks: [{ of: 'ours', is: 'at most', value: 5 }] },
    ],
    warmUps: 2,
    async open() {
      await using stack = new AsyncDisposableStack()
      const directory = stack.use(await temporaryDirectory('bench-repository'))
      const model = stack.use(await timedModel({ turns, command: (turn) => `echo turn ${turn}` }))
      const { ask, ...rest } = await open({ CODEFORGE_LLM_BASE_URL: model.server.url, CODEFORGE_LLM_MODEL: 'bench' })
      stack.use(rest)
      const project = await makeProject(ask, await makeRepository(directory.path, 40))
      let count = 0
      const owned = stack.move()
      return {
        ours: async () => runOnce({ ask, project, model, prompt: `Echo, number ${(count += 1)}.` }),
        baseline: async () => bareLoop(model.server.url),
        [Symbol.asyncDispose]: async () => owned.disposeAsync(),
      }
    },
  }
}

async function runOnce({ ask, project, model, prompt }: Pick<Column, 'ask'> & { project: string, model: TimedModel, prompt: string }): Promise<Figures> {
  const began = performance.now()
  const id = await startRun(ask, project, prompt)
  await succeeded(ask, id)
  const asked = model.take(prompt)
  const turnTimes = asked.slice(1).map((at, index) => at - asked[index]!)
  const events = await eventsOf(ask, id)
  const commands = events.filter(({ kind }) => kind === 'toolcall.completed').map(({ data }) => Number(data['durationMs']))
  if (turnTimes.length !== turns || commands.length !== turns) throw new Error(`${turns} turns were expected, ${turnTimes.length} seen, ${commands.length} commands`)
  return {
    [names.start]: asked[0]! - began,
    [names.turn]: median(turnTimes),
    [names.beyond]: median(turnTimes.map((time, index) => time - commands[index]!)),
  }
}

/** What cannot be saved: a process for the command, a request for the model; and for the start, a program that does nothing else. */
async function bareLoop(url: string): Promise<Figures> {
  const program = `await fetch(${JSON.stringify(`${url}/models`)})`
  const began = performance.now()
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  const start = performance.now() - began
  const times: { turn: number; request: number }[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    const before = performance.now()
    await once(spawn('bash', ['-c', 'true'], { stdio: ['ignore', 'pipe', 'pipe'] }), 'close')
    const spawned = performance.now()
    await askModel(url)
    times.push({ turn: performance.now() - before, request: performance.now() - spawned })
  }
  return { [names.start]: start, [names.turn]: median(times.map(({ turn }) => turn)), [names.beyond]: median(times.map(({ request }) => request)) }
}

async function askModel(url: string): Promise<void> {
  const body = JSON.stringify({ model: 'bench', stream: true, messages: [{ role: 'user', content: 'bare' }] })
  const response = await fetch(`${url}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  await response.text()
}

export const families: readonly Family[] = [familyOf('embedded', embedded), familyOf('fleet', fleet)]
