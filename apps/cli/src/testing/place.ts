import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { shipped } from '@codeforge/host/shipped'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const execute = promisify(execFile)

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A data directory, a repository with a failing test, and a model that fixes it, or looks around with a command of its own. */
export async function aPlace({ command = 'node --test', looking = 'ls' } = {}) {
  await using stack = new AsyncDisposableStack()
  const data = stack.use(await temporaryDirectory('data'))
  const files = stack.use(await temporaryDirectory('repository'))
  const repository = join(files.path, 'durations')
  await cp(join(shipped.examples, 'sample-repository'), repository, { recursive: true })
  const git = async (...args: string[]) => (await execute('git', ['-C', repository, '-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args])).stdout.trim()
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '--message=A failing test')
  const model = stack.use(await scriptedModelServer({ scripts: [fix(command), look(looking)] }))
  const start = (args: readonly string[], settings: Readonly<Record<string, string>> = {}) =>
    start0(args, repository, { CODEFORGE_DATA: data.path, CODEFORGE_LLM_BASE_URL: model.url, CODEFORGE_LLM_MODEL: 'scripted/fix', ...settings })
  const owned = stack.move()
  return {
    data: data.path, repository, git, start,
    run: async (args: readonly string[], settings?: Readonly<Record<string, string>>) => start(args, settings).ended,
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

function fix(command: string) {
  return {
    name: 'fix',
    turns: [
      { text: 'I correct the sum.', toolCalls: [{ tool: 'edit_file', args: { path: 'src/parse-duration.js', old_text: 'total = Number', new_text: 'total += Number' } }] },
      { text: 'I run the tests.', toolCalls: [{ tool: 'shell', args: { command } }] },
      { text: 'Every part is added up now, and all tests pass.' },
    ],
  }
}

function look(command: string) {
  return { name: 'look', turns: [{ text: 'I look.', toolCalls: [{ tool: 'shell', args: { command } }] }, { text: 'Nothing to do.' }] }
}

/** Starts the command line as a user does, with no settings but the given ones. */
function start0(args: readonly string[], directory: string, settings: Readonly<Record<string, string>>) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^CODEFORGE_|^NODE_TEST_CONTEXT$|^FORCE_COLOR$/.test(name))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    cwd: directory, env: { ...Object.fromEntries(inherited), ...settings }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  const wanted = new Map<string, () => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    for (const [part, found] of wanted) if (stderr.includes(part)) found()
  })
  const ended = new Promise<Ended>((resolve) => { child.once('close', (code) => { resolve({ code, stdout, stderr }) }) })
  return {
    child,
    ended,
    /** Waits until it has said so on standard error. */
    says: async (part: string) => Promise.race([
      new Promise<void>((resolve) => {
        wanted.set(part, resolve)
        if (stderr.includes(part)) resolve()
      }),
      ended.then((result) => assert.fail(`it ended without saying '${part}': ${JSON.stringify(result)}`)),
    ]),
  }
}

/** Arguments of a run that the model can do. */
export const fixingTask = ['run', 'Fix the failing test.', '--gate', 'node --test']
