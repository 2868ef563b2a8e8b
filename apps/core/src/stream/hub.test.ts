import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ProjectId, RunId } from '@codeforge/contracts/ids'
import { eventsSubject } from '@codeforge/contracts/stream-hint'
import { Mailbox } from '@codeforge/ports/mailbox'
import { manualClock } from '@codeforge/ports/testing/manual-clock'
import { memoryLog } from '@codeforge/ports/testing/memory-log'
import { startStreamHub } from './hub.ts'

const run = RunId.parse('019a0000-0000-7000-8000-000000000001')
const project = ProjectId.parse('019a0000-0000-7000-8000-000000000002')

/** A hub that hears what a test says; which payloads were looked at. */
function scene() {
  const heard: Mailbox<{ readonly subject: string; readonly payload: unknown }>[] = []
  const looked: string[] = []
  const unused = () => { throw new Error('nobody reads the store here') }
  const hub = startStreamHub({
    queue: {
      listen: (_subject: string, signal: AbortSignal) => {
        const mailbox = new Mailbox<{ readonly subject: string; readonly payload: unknown }>()
        signal.addEventListener('abort', () => { mailbox.close() })
        heard.push(mailbox)
        return mailbox
      },
    },
    store: { runs: { get: unused } }, clock: manualClock(new Date()), log: memoryLog(),
  } as unknown as Parameters<typeof startStreamHub>[0]) // a hub needs no more of its ports
  const say = async (subject: string, payload: unknown): Promise<void> => {
    for (const mailbox of heard) mailbox.push({ subject, get payload() { looked.push(subject); return payload } })
    await turn()
  }
  return { hub, say, looked }
}

test('what nobody watches is not looked at', async () => {
  const { hub, say, looked } = scene()
  await using _ended = hub
  await say(eventsSubject(`run.${run}`), { sequence: 1, projectId: project, status: 'queued' })
  assert.deepEqual(looked, [])
})

test('hints are looked at while a list is watched, output while a run is', async () => {
  const { hub, say, looked } = scene()
  await using _ended = hub
  const stopList = hub.onRun(() => undefined)
  await say('one', {})
  assert.deepEqual(looked, ['one'])
  stopList()
  const stopRun = hub.onLive(run, () => undefined)
  await say('two', {})
  assert.deepEqual(looked, ['one', 'two'])
  stopRun()
  await say('three', {})
  assert.deepEqual(looked, ['one', 'two'])
})
