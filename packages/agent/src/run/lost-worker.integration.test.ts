import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RunControl } from './control.ts'
import { lastOf, mend, setScene, testGate, type Scene } from '../testing/scene.ts'

/** Stops the worker at the first fact of a kind, as a crash right after core stored it would. */
function crashAfter(scene: Scene, kind: string): RunControl {
  const control = new RunControl()
  scene.core.onRecorded = (fact) => {
    if (fact.kind !== kind) return
    scene.core.onRecorded = () => undefined
    scene.core.command(scene.work.runId, { kind: 'lose-attempt', reason: 'the worker died' })
    control.stop('lost')
  }
  return control
}

describe('a run whose worker died', () => {
  const turns = [{ toolCalls: [{ tool: 'shell', args: { command: 'echo once >> log.txt' } }] }, { toolCalls: [mend] }, { text: 'Done.' }]
  for (const kind of ['workspace.opened', 'conversation.started', 'model.requested', 'model.completed', 'toolcall.allowed', 'toolcall.completed', 'gate.started', 'gate.passed', 'delivery.started', 'delivery.completed']) {
    test(`after ${kind} was recorded is finished by another, each call done once`, async () => {
      await using scene = await setScene({ turns, work: { gates: [testGate] } })
      await scene.attempt(crashAfter(scene, kind))
      // The end may reach core in one message with the delivery; then nothing is left to do.
      if (lastOf(scene, 'run.succeeded') === undefined) await scene.attempt()
      const events = scene.core.events(scene.work.runId)
      assert.deepEqual(lastOf(scene, 'run.failed') ?? scene.core.state(scene.work.runId).outcome, 'succeeded')
      assert.equal(scene.git('show', `${scene.work.deliver.branch}:log.txt`), 'once')
      assert.equal(scene.git('rev-list', '--count', `main..${scene.work.deliver.branch}`), '1')
      assert.deepEqual(events.map(({ sequence }) => sequence), events.map((_, index) => index + 1))
    })
  }
})
