import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lastOf, sample, setScene, testGate } from '../testing/scene.ts'

const gate = { ...testGate, fixAttempts: 0 }
const tests = sample['test/add.test.js'] ?? ''
const write = (path: string, content: string) => ({ tool: 'write_file', args: { path, content } })
const shell = (command: string) => ({ tool: 'shell', args: { command } })
const body = 'assert.equal(add(2, 3), 5)'
const manifest = (script: string): string => JSON.stringify({ name: 'sample', type: 'module', scripts: { test: script } })

/** Patches that exit 0 without making the code right, and what the gate says of each. */
const wrong: readonly { readonly name: string; readonly call: object; readonly says: RegExp }[] = [
  { name: 'deletes the failing test', call: write('test/add.test.js', tests.replace(/test\('adds two[\s\S]*?\n\}\)\n/, '')), says: /vanished: "adds two numbers"/ },
  { name: 'deletes it and adds another', call: write('test/add.test.js', tests.replace('adds two numbers', 'is there').replace(body, 'assert.ok(add)')), says: /vanished: "adds two numbers"/ },
  { name: 'empties its body', call: write('test/add.test.js', tests.replace(body, '')), says: /lost 1 assertion/ },
  { name: 'weakens its assertion', call: write('test/add.test.js', tests.replace(body, 'assert.ok(true)')), says: /as they stood before the change, these still fail: "adds two numbers"/ },
  { name: 'returns before its assertion', call: write('test/add.test.js', tests.replace(body, `return\n  ${body}`)), says: /these still fail: "adds two numbers"/ },
  { name: 'skips it', call: write('test/add.test.js', tests.replace("test('adds two", "test.skip('adds two")), says: /skipped now: "adds two numbers"/ },
  { name: 'replaces the test script by true', call: write('package.json', manifest('true')), says: /reports none now/ },
  { name: 'swallows the exit code', call: write('package.json', manifest('node --test || true')), says: /report counts 1 failed/ },
  { name: 'moves the tests away', call: shell('mkdir attic && git mv test/add.test.js attic/add.js || mv test/add.test.js attic/add.js'), says: /vanished|ran no test/ },
  { name: 'exits with success in the code under test', call: write('src/add.js', 'process.exit(0)\nexport const add = (a, b) => a - b\n'), says: /vanished/ },
  { name: 'replaces the assertion function', call: write('src/add.js', "import assert from 'node:assert/strict'\nassert.equal = () => {}\nexport const add = (a, b) => a - b\n"), says: /replaces an assertion function/ },
]

describe('a gate sees through a patch that', () => {
  for (const { name, call, says } of wrong) {
    test(name, async () => {
      await using scene = await setScene({ turns: [{ toolCalls: [call] }, { text: 'Done.' }], work: { gates: [gate] } })
      await scene.attempt()
      const failed = lastOf(scene, 'run.failed')
      assert.deepEqual([scene.core.state(scene.work.runId).outcome, failed?.kind === 'run.failed' && failed.code], ['gate-failed', 'gate-failed'])
      assert.match(failed?.kind === 'run.failed' ? failed.message : '', says)
    })
  }

  test('is right, where it also adds a test', async () => {
    const added = `${tests}test('adds negative numbers', () => {\n  assert.equal(add(-1, -2), -3)\n})\n`
    const right = [write('src/add.js', 'export const add = (a, b) => a + b\n'), write('test/add.test.js', added)]
    await using scene = await setScene({ turns: [{ toolCalls: right }, { text: 'Done.' }], work: { gates: [gate] } })
    await scene.attempt()
    const receipt = lastOf(scene, 'gate.passed')
    assert.equal(scene.core.state(scene.work.runId).outcome, 'succeeded')
    assert.deepEqual(receipt?.kind === 'gate.passed' && receipt.receipt.definitionChanges, ['test/add.test.js'])
  })
})
