import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { cp, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { shipped } from '@codeforge/host/shipped'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const execute = promisify(execFile)

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A data directory, a repository with a failing test, and a model that fixes it. */
async function aPlace({ command = 'node --test' } = {}) {
  await using stack = new AsyncDisposableStack()
  const data = stack.use(await temporaryDirectory('data'))
  const files = stack.use(await temporaryDirectory('repository'))
  const repository = join(files.path, 'durations')
  await cp(join(shipped.examples, 'sample-repository'), repository, { recursive: true })
  const git = async (...args: string[]) => (await execute('git', ['-C', repository, '-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args])).stdout.trim()
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '--message=A failing test')
  const model = stack.use(await scriptedModelServer({ scripts: [fix(command), look] }))
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

const look = { name: 'look', turns: [{ text: 'I look.', toolCalls: [{ tool: 'shell', args: { command: 'sleep 3' } }] }, { text: 'Nothing to do.' }] }

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

const task = ['run', 'Fix the failing test.', '--gate', 'node --test']

describe('the command line', { timeout: 300_000 }, () => {
  test('a run fixes the test on a branch and leaves the files of the user alone', async () => {
    await using place = await aPlace()
    const { code, stdout, stderr } = await place.run([...task, '--deliver', 'branch', '--json'])
    assert.equal(code, 0, stderr)
    const result = JSON.parse(stdout) as { id: string, outcome: string, exitCode: number, delivery: { branch: string, commit: string } }
    assert.deepEqual([result.outcome, result.exitCode, result.delivery.branch], ['succeeded', 0, `codeforge/${result.id}`])
    assert.equal(await place.git('rev-parse', result.delivery.branch), result.delivery.commit)
    assert.match(await place.git('show', `${result.delivery.branch}:src/parse-duration.js`), /total \+= Number/)
    assert.deepEqual([await place.git('status', '--porcelain'), await place.git('branch', '--show-current')], ['', 'main'])

    assert.match((await place.run(['runs'])).stdout, /succeeded/)
    assert.match((await place.run(['logs', 'last'])).stdout, /gate node --test: passed/)
    assert.match((await place.run(['diff', result.id.slice(0, 13)])).stdout, /^\+.*total \+= Number/m)
    assert.equal((await place.run(['apply', 'last'])).code, 0)
    assert.equal(await place.git('status', '--porcelain'), 'M src/parse-duration.js')
    assert.match((await place.run(['apply', 'last'])).stderr, /changes of your own in src\/parse-duration\.js/)
    assert.equal((await place.run(['undo', 'last', '--applied'])).code, 0)
    assert.equal((await place.run(['undo', 'last'])).code, 0)
    assert.deepEqual([await place.git('status', '--porcelain'), await place.git('branch', '--list', 'codeforge/*')], ['', ''])
  })

  test('a patch is written where it is wanted', async () => {
    await using place = await aPlace()
    const { code, stdout, stderr } = await place.run([...task, '--deliver', 'patch', '--output', '../fix.patch', '--json'])
    assert.equal(code, 0, stderr)
    const { patchFile } = JSON.parse(stdout) as { patchFile: string }
    assert.match(await readFile(patchFile, 'utf8'), /total \+= Number/)
    await place.git('apply', '--check', patchFile)
  })

  test('a change that found no place is shown, taken into the files and out of them again', async () => {
    await using place = await aPlace()
    await writeFile(join(place.repository, 'README.md'), 'Being rewritten.\n')
    const { code, stdout } = await place.run([...task, '--deliver', 'commit-local'])
    assert.equal(code, 16)
    assert.match(stdout, /take it: .*codeforge(\.js)? apply/)
    assert.match((await place.run(['diff', 'last'])).stdout, /^\+.*total \+= Number/m)
    assert.equal((await place.run(['apply', 'last'])).code, 0)
    assert.equal(await place.git('diff', '--name-only'), 'README.md\nsrc/parse-duration.js')
    const undone = await place.run(['undo', 'last', '--applied'])
    assert.equal(undone.code, 0, undone.stderr)
    assert.equal(await place.git('diff', '--name-only'), 'README.md')
  })

  test('Ctrl-C cancels the run, waits until that is recorded, and leaves nothing behind', async () => {
    await using place = await aPlace({ command: 'sleep 60' })
    const running = place.start([...task, '--json'])
    await running.says('shell sleep 60')
    running.child.kill('SIGINT')
    const { code, stdout, stderr } = await running.ended
    assert.equal(code, 130, stderr)
    const result = JSON.parse(stdout) as { status: string, outcome: string }
    assert.deepEqual([result.status, result.outcome], ['ended', 'cancelled'])
    assert.deepEqual([await place.git('status', '--porcelain'), await place.git('branch', '--list', 'codeforge/*')], ['', ''])
    assert.match((await place.run(['show', 'last'])).stdout, /cancelled/)
  })

  test('without a model it refuses and says how to configure one', async () => {
    await using place = await aPlace()
    const { code, stderr, stdout } = await place.run([...task, '--json'], { CODEFORGE_LLM_BASE_URL: '' })
    assert.equal(code, 2)
    assert.match(stderr, /CODEFORGE_LLM_BASE_URL/)
    assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, 'llm-not-configured')
  })

  test('a gate that does not pass has an exit code of its own, and nothing is delivered', async () => {
    await using place = await aPlace()
    const { code, stdout } = await place.run(['run', 'Fix it.', '--gate', 'node --test && false', '--json'])
    assert.equal(code, 10)
    assert.equal((JSON.parse(stdout) as { outcome: string }).outcome, 'gate-failed')
    assert.equal(await place.git('branch', '--list', 'codeforge/*'), '')
  })

  test('two runs at once on the same data both succeed', async () => {
    await using place = await aPlace({ command: 'sleep 1 && node --test' })
    const both = await Promise.all([place.run([...task, '--json']), place.run([...task, '--json'])])
    assert.deepEqual(both.map(({ code }) => code), [0, 0], both.map(({ stderr }) => stderr).join('\n---\n'))
    assert.equal((await place.git('branch', '--list', 'codeforge/*')).split('\n').length, 2)
  })

  test('a run goes on when the process that served it is stopped', async () => {
    await using place = await aPlace({ command: 'sleep 2 && node --test' })
    const server = place.start(['start', '--no-demo', '--port', '0'])
    await untilFile(join(place.data, 'host.json'))
    const running = place.start([...task, '--json'])
    await running.says('shell sleep 2')
    assert.match((await place.run(['stop'])).stdout, /Stopped/)
    assert.equal((await server.ended).code, 0)
    const { code, stderr } = await running.ended
    assert.equal(code, 0, stderr)
  })

  test('a question is answered from another process, and a denial reaches the agent', async () => {
    await using place = await aPlace({ command: 'systemctl status sshd' })
    const running = place.start(['run', 'Fix it.', '--ask', '--deliver', 'none'])
    await running.says('answer it with: ')
    const { items } = JSON.parse((await place.run(['answer', '--json'])).stdout) as { items: { id: string }[] }
    assert.equal((await place.run(['answer', items[0]!.id.slice(0, 13), 'perhaps'])).code, 2)
    assert.match((await place.run(['answer', items[0]!.id.slice(0, 13), 'deny', '--note', 'not here'])).stdout, /^Answered: deny/)
    const { code, stderr } = await running.ended
    assert.equal(code, 0, stderr)
    assert.match(stderr, /A person denied it: not here/)
  })

  test('a host whose own run has ended stays for the runs of others, and hands them over at Ctrl-C', async () => {
    await using place = await aPlace({ command: 'sleep 6 && node --test' })
    const host = place.start(['run', 'Look around.', '--deliver', 'none', '--model', 'scripted/look'])
    await untilFile(join(place.data, 'host.json'))
    const other = place.start([...task, '--json'])
    await other.says('shell sleep 6')
    await host.says('still works in this process')
    host.child.kill('SIGINT')
    assert.equal((await host.ended).code, 0)
    const { code, stderr } = await other.ended
    assert.equal(code, 0, stderr)
  })

  test('a backup is restored where nobody serves the data', async () => {
    await using place = await aPlace()
    await place.run([...task, '--detach'])
    const file = join(place.data, 'mine.backup')
    assert.equal((await place.run(['backup', file])).code, 0)
    assert.equal((await place.run(['restore', file, '--yes'])).code, 0)
    assert.match((await place.run(['runs'])).stdout, /succeeded/)
  })

  test('a slip is told in a line, never as a stack trace', async () => {
    await using place = await aPlace()
    const config = join(place.data, 'config.yaml')
    await writeFile(config, 'server: { prot: 1 }\n')
    for (const args of [['runz'], ['run'], ['show', 'zz'], ['run', 'x', '--repo', '/none'], ['run', 'x', '--timeout', 'soon'], ['--config', config, 'runs']]) {
      // A build server announces itself; that is no reason for colours in a log.
      const { code, stderr } = await place.run(args, { CI: 'true' })
      assert.equal(code, 2, args.join(' '))
      assert.match(stderr, /^codeforge: /)
      assert.doesNotMatch(stderr, /^ {4}at /m)
    }
  })
})

async function untilFile(path: string): Promise<void> {
  while (!await stat(path).catch(() => null)) await new Promise((resolve) => { setTimeout(resolve, 50) })
}
