import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { plainEnvironment, smallRepository } from '../testing/small-repository.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const quickly = /Definitions and uses come from a quick scan so far/

/** The command line over a small repository, without a server. */
async function openScene() {
  const { repository, data, ...scene } = await smallRepository()
  const run = async (args: readonly string[], input = '') => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, '--data', data, ...args], { cwd: repository, env: plainEnvironment() })
    child.stdin.end(input)
    const ended = new Promise<number | null>((resolve) => { child.once('close', resolve) })
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    return { stdout, stderr, code }
  }
  const json = async (...args: readonly string[]) => JSON.parse((await run([...args, '--json'])).stdout) as Record<string, unknown>
  return { ...scene, run, json }
}

describe('code intelligence on the command line', () => {
  test('says of its first answers that exact symbols are still to come, and no longer once they are there', async () => {
    await using scene = await openScene()
    const first = await scene.run(['search', 'cache of responses'])
    assert.match(first.stdout, /^src\/cache\.ts:1-3/m)
    assert.match(first.stderr, quickly)
    for (const args of [['search', 'cache'], ['map', '--tokens', '500'], ['pack', '--task', 'evict old responses']]) assert.equal((await scene.json(...args))['exact'], false, args[0])
    const index = await scene.json('index')
    assert.deepEqual([index['exact'], index['files'], index['definitions']], [true, 2, 3])
    for (const args of [['search', 'cache'], ['map', '--tokens', '500'], ['pack', '--task', 'evict old responses']]) {
      const { stdout, stderr, code } = await scene.run(args)
      assert.equal(code, 0, stderr)
      assert.match(stdout, /src\/cache\.ts/)
      assert.doesNotMatch(stderr, quickly)
    }
  })

  test('answers each line of a batch, bad ones too, and ranks distinct files', async () => {
    await using scene = await openScene()
    const { stdout, code } = await scene.run(['search', '--stdin', '--files'], '{"id": 1, "query": "the response cache"}\nnonsense\n{"id": {"a": 2}, "query": "evict"}\n')
    const [one, bad, two] = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { id?: unknown; hits?: { path: string }[]; error?: unknown })
    assert.equal(code, 0)
    assert.deepEqual([one?.id, one?.hits?.map(({ path }) => path)], [1, ['src/cache.ts', 'src/server.ts']])
    assert.ok(bad?.error)
    assert.deepEqual([two?.id, two?.hits?.[0]?.path], [{ a: 2 }, 'src/cache.ts'])
  })

  test('shows what a symbol is connected to, and says where none has the name', async () => {
    await using scene = await openScene()
    const { stdout } = await scene.run(['graph', 'ResponseCache'])
    assert.match(stdout, /src\/cache\.ts:1/)
    assert.match(stdout, /src\/server\.ts:3/)
    const missing = await scene.run(['graph', 'Nowhere'])
    assert.notEqual(missing.code, 0)
    assert.match(missing.stderr, /No symbol is named 'Nowhere'/)
  })
})
