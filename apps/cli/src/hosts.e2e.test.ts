import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { heldCommand } from '@codeforge/host/testing/held-command'
import { aPlace, fixingTask } from './testing/place.ts'

describe('processes on one data directory', () => {
  test('two runs at once on the same data both succeed', async () => {
    await using place = await aPlace({ command: 'sleep 1 && node --test' })
    const both = await Promise.all([place.run([...fixingTask, '--json']), place.run([...fixingTask, '--json'])])
    assert.deepEqual(both.map(({ code }) => code), [0, 0], both.map(({ stderr }) => stderr).join('\n---\n'))
    assert.equal((await place.git('branch', '--list', 'codeforge/*')).split('\n').length, 2)
  })

  test('a run goes on when the process that served it is stopped', async () => {
    await using place = await aPlace({ command: 'sleep 2 && node --test' })
    const server = place.start(['start', '--no-demo', '--port', '0'])
    await untilFile(join(place.data, 'host.json'))
    const running = place.start([...fixingTask, '--json'])
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
    using looking = heldCommand('ls')
    using fixing = heldCommand('node --test')
    await using place = await aPlace({ command: fixing.command, looking: looking.command })
    const host = place.start(['run', 'Look around.', '--deliver', 'none', '--model', 'scripted/look'])
    await untilFile(join(place.data, 'host.json'))
    const other = place.start([...fixingTask, '--json'])
    await Promise.all([fixing.waits(), looking.waits()])
    looking.letGo()
    await host.says('still works in this process')
    host.child.kill('SIGINT')
    fixing.letGo()
    assert.equal((await host.ended).code, 0)
    const { code, stderr } = await other.ended
    assert.equal(code, 0, stderr)
  })

  test('a backup is restored where nobody serves the data', async () => {
    await using place = await aPlace()
    await place.run([...fixingTask, '--detach'])
    const file = join(place.data, 'mine.backup')
    assert.equal((await place.run(['backup', file])).code, 0)
    assert.equal((await place.run(['restore', file, '--yes'])).code, 0)
    assert.match((await place.run(['runs'])).stdout, /succeeded/)
  })
})

/** Another process writes the file: it is looked for again and again, and the test's own limit ends that. */
async function untilFile(path: string): Promise<void> {
  while (!await stat(path).catch(() => null)) await new Promise((resolve) => { setTimeout(resolve, 50) }) // between two looks
}
