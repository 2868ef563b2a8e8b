import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, test } from 'node:test'
import type { Llm } from '@codeforge/ports/llm'
import { RunControl } from './control.ts'
import { lastOf, mend, scripted, setScene, testGate, type Scene } from '../testing/scene.ts'

const write = (path: string, content = 'x\n') => ({ tool: 'write_file', args: { path, content } })
const shell = (command: string) => ({ tool: 'shell', args: { command } })
const outcome = (scene: Scene) => scene.core.state(scene.work.runId).outcome
const count = (scene: Scene, kind: string) => scene.core.kinds(scene.work.runId).filter((other) => other === kind).length

/** The files of the patch that was kept of a run which did not get to its end. */
function keptFiles(scene: Scene): string[] {
  const kept = lastOf(scene, 'change.kept')
  return kept?.kind === 'change.kept' ? [...kept.patch.preview.matchAll(/^\+\+\+ b\/(.*)$/gm)].map(([, file = '']) => file) : []
}

describe('a run', () => {
  test('works through to a branch whose gate passed', async () => {
    await using scene = await setScene({ turns: [{ toolCalls: [mend] }, { text: 'Addition adds now.' }], work: { gates: [testGate] } })
    await scene.attempt()
    assert.deepEqual(lastOf(scene, 'run.succeeded'), { kind: 'run.succeeded', summary: 'Addition adds now.' })
    assert.equal(scene.git('show', `${scene.work.deliver.branch}:src/add.js`), 'export const add = (a, b) => a + b')
    assert.equal(scene.git('status', '--porcelain'), '')
    const receipt = lastOf(scene, 'gate.passed')
    assert.deepEqual(receipt?.kind === 'gate.passed' && receipt.receipt.counts, {
      passed: 2, failed: 0, skipped: 0, format: 'text', passedNames: ['adds nothing', 'adds two numbers'],
    })
  })

  test('goes back to the model with a denial, and makes no branch without a change', async () => {
    await using scene = await setScene({ turns: [{ toolCalls: [write('secret/key')] }, { when: 'Denied (no-secrets)', text: 'Then not.', otherwise: { text: 'unexpected' } }] })
    await scene.attempt()
    assert.deepEqual(lastOf(scene, 'run.succeeded'), { kind: 'run.succeeded', summary: 'No file was changed. Then not.' })
    assert.equal(scene.git('branch', '--format=%(refname:short)'), 'main')
  })

  test('asks, waits, and goes on with the answer', async () => {
    await using scene = await setScene({ turns: [{ toolCalls: [write('docs/a.md')] }, { when: 'Made docs/a.md', text: 'Written.', otherwise: { text: 'not' } }], work: { attended: true } })
    await scene.attempt()
    assert.equal(scene.core.state(scene.work.runId).status, 'waiting')
    scene.core.answerAll(scene.work.runId, 'allow')
    await scene.attempt()
    const allowed = lastOf(scene, 'toolcall.allowed')
    assert.deepEqual([allowed?.kind === 'toolcall.allowed' && allowed.verdict.ruleId, lastOf(scene, 'run.succeeded')], ['answered', { kind: 'run.succeeded', summary: 'Written.' }])
  })

  test('denies at once what it would ask, where nobody is there', async () => {
    await using scene = await setScene({ turns: [{ toolCalls: [write('docs/a.md')] }, { when: 'Nobody is there', text: 'Then not.', otherwise: { text: 'unexpected' } }] })
    await scene.attempt()
    const denied = lastOf(scene, 'toolcall.denied')
    assert.deepEqual([denied?.kind === 'toolcall.denied' && denied.verdict.unattended, outcome(scene)], [true, 'succeeded'])
  })

  test('lets the model mend what a gate found', async () => {
    await using scene = await setScene({ turns: [{ text: 'Nothing to do.' }, { toolCalls: [mend] }, { text: 'Now it adds.' }], work: { gates: [testGate] } })
    await scene.attempt()
    assert.deepEqual([outcome(scene), count(scene, 'run.reworking'), count(scene, 'guidance.added')], ['succeeded', 1, 1])
  })

  test('ends as gate-failed when the model cannot mend it', async () => {
    await using scene = await setScene({ turns: [{ text: 'Nothing to do.' }, { text: 'Still nothing.' }], work: { gates: [testGate] } })
    await scene.attempt()
    assert.deepEqual([outcome(scene), count(scene, 'delivery.started')], ['gate-failed', 0])
  })

  test('takes a refused change back, even from the directory of the user, and keeps it as a patch', async () => {
    await using scene = await setScene({ turns: [{ toolCalls: [write('src/note.js')] }, { text: 'Done.' }], work: { gates: [{ ...testGate, fixAttempts: 0 }] } })
    const { source } = scene.work.workspace
    await scene.attempt(undefined, { ...scene.work, workspace: { mode: 'local_path', source, baseRef: null, includeDirty: true } })
    const restored = lastOf(scene, 'checkpoint.restored')
    assert.deepEqual([outcome(scene), scene.git('status', '--porcelain')], ['gate-failed', ''])
    assert.match(restored?.kind === 'checkpoint.restored' ? restored.undone?.preview ?? '' : '', /\+\+\+ b\/src\/note\.js/)
  })

  test('tells the model of an unknown tool and of arguments that do not fit', async () => {
    await using scene = await setScene({
      turns: [{ toolCalls: [{ tool: 'fly', args: {} }, { tool: 'read_file', args: { path: 7 } }] }, { when: "There is no tool 'fly'", text: 'Well.', otherwise: { text: 'unexpected' } }],
    })
    await scene.attempt()
    const completed = lastOf(scene, 'toolcall.completed')
    assert.match(completed?.kind === 'toolcall.completed' ? String(completed.observation) : '', /path: .*expected string/i)
    assert.deepEqual(lastOf(scene, 'run.succeeded'), { kind: 'run.succeeded', summary: 'No file was changed. Well.' })
  })

  test('does as many reading calls of one reply as there may be', async () => {
    const calls = Array.from({ length: 256 }, (_, index) => ({ id: `call-${index}`, tool: index % 16 === 0 ? 'search_files' : 'list_files', args: index % 16 === 0 ? { pattern: 'x' } : {} }))
    await using scene = await setScene({ turns: [{ toolCalls: calls }, { text: 'Well.' }] })
    await scene.attempt()
    assert.deepEqual([outcome(scene), count(scene, 'toolcall.completed')], ['succeeded', 256])
  })

  test('is cancelled in the middle of a command within 1.5 s', async () => {
    const control = new RunControl()
    await using scene = await setScene({ turns: [{ toolCalls: [shell('sleep 60')] }] })
    scene.core.onRecorded = (fact) => {
      if (fact.kind !== 'toolcall.allowed') return
      scene.core.command(scene.work.runId, { kind: 'cancel', reason: 'enough' })
      setTimeout(() => control.stop('cancelled'), 200)
    }
    const started = Date.now()
    const working = scene.attempt(control)
    await untilStopped(control)
    const asked = Date.now()
    await working
    assert.equal(outcome(scene), 'cancelled')
    assert.ok(Date.now() - asked < 1500, `took ${Date.now() - asked} ms of ${Date.now() - started}`)
  })

  test('pauses between two turns and goes on from there', async () => {
    const control = new RunControl()
    await using scene = await setScene({ turns: [{ toolCalls: [write('a.txt')] }, { toolCalls: [write('b.txt')] }, { text: 'Both.' }] })
    scene.core.onRecorded = (fact) => {
      if (fact.kind === 'toolcall.allowed') scene.core.command(scene.work.runId, { kind: 'pause' })
    }
    await scene.attempt(control)
    assert.deepEqual([scene.core.state(scene.work.runId).status, count(scene, 'model.completed')], ['paused', 1])
    scene.core.onRecorded = () => undefined
    scene.core.command(scene.work.runId, { kind: 'resume' })
    await scene.attempt()
    assert.deepEqual([outcome(scene), count(scene, 'model.completed')], ['succeeded', 3])
    assert.equal(scene.git('diff', '--name-only', 'main', scene.work.deliver.branch), 'a.txt\nb.txt')
  })

  test('ends at its time limit, also in the middle of a command', async () => {
    await using scene = await setScene({ turns: [{ toolCalls: [shell('sleep 60')] }], work: { termination: { kind: 'timeout', seconds: 2 } } })
    await scene.attempt()
    assert.equal(outcome(scene), 'timeout')
  })

  test('keeps what it had changed when its time is up, also what the cut command wrote', async () => {
    await using scene = await setScene({ turns: [{ toolCalls: [write('a.txt')] }, { toolCalls: [shell('echo cut > b.txt; sleep 60')] }], work: { termination: { kind: 'timeout', seconds: 3 } } })
    await scene.attempt()
    assert.equal(outcome(scene), 'timeout')
    assert.deepEqual(keptFiles(scene), ['a.txt', 'b.txt'])
  })

  test('keeps what it had changed when it reaches a limit or is cancelled', async () => {
    const turns = [{ toolCalls: [write('a.txt')] }, { toolCalls: [write('b.txt')] }, { text: 'Both.' }]
    for (const [ending, files] of [['limit-or-stall', ['a.txt']], ['cancelled', ['a.txt', 'b.txt']]] as const) {
      const control = new RunControl()
      await using scene = await setScene({ turns, work: ending === 'cancelled' ? {} : { termination: { kind: 'max-turns', turns: 1 } } })
      scene.core.onRecorded = (fact) => {
        if (ending !== 'cancelled' || fact.kind !== 'model.requested' || fact.turn !== 3) return
        scene.core.command(scene.work.runId, { kind: 'cancel', reason: 'enough' })
        control.stop('cancelled')
      }
      await scene.attempt(control)
      assert.equal(outcome(scene), ending)
      assert.deepEqual(keptFiles(scene), files)
    }
  })

  test('keeps no unfinished change with a secret in it', async () => {
    const secret = `const key = '${['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_')}'\n`
    await using scene = await setScene({ turns: [{ toolCalls: [write('a.js', secret)] }], work: { termination: { kind: 'max-turns', turns: 1 } } })
    await scene.attempt()
    assert.deepEqual([outcome(scene), count(scene, 'change.kept')], ['limit-or-stall', 0])
  })

  test('ends when the model goes in circles', async () => {
    const turns = Array.from({ length: 20 }, () => ({ toolCalls: [{ tool: 'read_file', args: { path: 'src/add.js' } }] }))
    await using scene = await setScene({ turns })
    await scene.attempt()
    const failed = lastOf(scene, 'run.failed')
    assert.deepEqual([outcome(scene), failed?.kind === 'run.failed' && failed.code, count(scene, 'stall.detected')], ['limit-or-stall', 'run-stalled', 2])
  })

  test('makes no call that its budget does not cover', async () => {
    const price = { prompt: 1_000_000, completion: 9_000_000_000 }
    await using scene = await setScene({ turns: [{ text: 'never said' }], work: { model: { adapter: 'scripted', model: 'dear', price, contextTokens: 128_000, functionCalling: true } } })
    await scene.attempt()
    assert.deepEqual([outcome(scene), count(scene, 'model.requested')], ['budget', 0])
  })

  test('gives up a silent model, and says so', async () => {
    const silent: Llm = { models: async () => [], complete: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) }) }
    await using scene = await setScene({ turns: [{ text: '' }], llm: silent, work: { termination: { kind: 'timeout', seconds: 4 } } })
    await scene.attempt()
    assert.equal(outcome(scene), 'timeout')
  })

  test('works with a model that knows no function calling', async () => {
    const fenced = '```json\n{"tool": "write_file", "args": {"path": "a.txt", "content": "x"}}\n```'
    const llm = scripted([{ text: `I write it.\n${fenced}` }, { text: 'Done.' }])
    await using scene = await setScene({ turns: [{ text: '' }], llm, work: { model: { adapter: 'scripted', model: 'plain', price: null, contextTokens: 128_000, functionCalling: false } } })
    await scene.attempt()
    assert.equal(scene.git('diff', '--name-only', 'main', scene.work.deliver.branch), 'a.txt')
  })

  test('refuses to start where its policy demands a sandbox and none enforces', async () => {
    await using scene = await setScene({ turns: [{ text: 'x' }] })
    const work = { ...scene.work, policy: { ...scene.work.policy, sandbox: { ...scene.work.policy.sandbox, need: 'required' as const } } }
    await scene.attempt(new RunControl(), work)
    const failed = lastOf(scene, 'run.failed')
    assert.deepEqual([outcome(scene), failed?.kind === 'run.failed' && failed.code], ['policy', 'sandbox-unavailable'])
  })

  test('ends as usage where the repository is of a kind that is not supported', async () => {
    await using scene = await setScene({ turns: [{ text: 'Done.' }] })
    scene.git('config', 'extensions.objectFormat', 'sha256')
    await scene.attempt()
    assert.equal(outcome(scene), 'usage')
  })

  test('ends as setup-failed where the setup fails', async () => {
    await using scene = await setScene({ turns: [{ text: 'x' }] })
    const work = { ...scene.work, setup: { ...scene.work.setup, commands: ['echo no >&2; exit 3'] } }
    await scene.attempt(new RunControl(), work)
    const failed = lastOf(scene, 'setup.failed')
    assert.deepEqual([outcome(scene), failed], ['setup-failed', { kind: 'setup.failed', command: 'echo no >&2; exit 3', exitCode: 3, output: 'no\n' }])
  })
})

async function untilStopped(control: RunControl): Promise<void> {
  while (!control.signal.aborted) await wait(20)
}
