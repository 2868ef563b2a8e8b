import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultStallLimits, noStall, observeCall, restartStall, type StallFinding, type StallObservation, type StallState } from './stall.ts'

const aCall = (changes: Partial<StallObservation> = {}): StallObservation => ({ turn: 1, tool: 'shell', args: { command: 'npm test' }, ok: true, observation: 'done', tree: 'tree-a', ...changes })

/** What the detector says after each call. */
function findings(calls: readonly StallObservation[], from: StallState = noStall): (StallFinding | null)[] {
  let state = from
  return calls.map((call) => {
    const seen = observeCall(state, call)
    state = seen.state
    return seen.finding
  })
}
const signals = (calls: readonly StallObservation[]) => findings(calls).map((finding) => finding?.signal ?? null)
const times = (count: number, make: (index: number) => StallObservation) => Array.from({ length: count }, (_, index) => make(index))

test('the same call five times is a stall, whatever it gives and whatever stands between', () => {
  const calls = times(9, (index) => (index % 2 === 0 ? aCall({ turn: index, observation: `new words ${'x'.repeat(index)}` }) : aCall({ turn: index, tool: 'read_file', args: { path: `f${index}` } })))
  assert.deepEqual(findings(calls).at(-1), { signal: 'repeated-call', detail: 'shell was called 5 times with the same arguments' })
})

test('four times are none', () => {
  assert.deepEqual(signals(times(4, (index) => aCall({ turn: 1, observation: 'x'.repeat(index + 1) }))), [null, null, null, null])
})

test('the order of arguments makes no other call', () => {
  const calls = times(5, (index) => aCall({ args: index % 2 === 0 ? { a: 1, b: { c: 2, d: 3 } } : { b: { d: 3, c: 2 }, a: 1 }, observation: 'y'.repeat(index + 1) }))
  assert.equal(signals(calls).at(-1), 'repeated-call')
})

test('running the tests again after each edit is progress', () => {
  const calls = times(24, (index) => (index % 2 === 0
    ? aCall({ turn: index, tree: `tree-${index}`, tool: 'edit_file', args: { path: 'a.ts', old: `${index}` }, observation: 'edited' })
    : aCall({ turn: index, tree: `tree-${index - 1}`, ok: false, observation: `${index} failed` })))
  assert.deepEqual(signals(calls), calls.map(() => null))
})

test('reading different files is progress', () => {
  const calls = times(40, (index) => aCall({ turn: index, tool: 'read_file', args: { path: `src/${String.fromCodePoint(97 + (index % 26))}${index}.ts` }, observation: 'export {}' }))
  assert.deepEqual(signals(calls), calls.map(() => null))
})

test('reading on in one file is progress', () => {
  const calls = times(20, (index) => aCall({ turn: index, tool: 'read_file', args: { path: 'long.ts', offset: index * 100 }, observation: `line ${index}` }))
  assert.deepEqual(signals(calls), calls.map(() => null))
})

test('the same error three times in a row is a stall, though its numbers differ', () => {
  const calls = times(3, (index) => aCall({ args: { command: `try ${'again '.repeat(index)}` }, ok: false, observation: `error at ${index}` }))
  assert.deepEqual(findings(calls), [null, null, { signal: 'repeated-error', detail: 'the same error came 3 times in a row: error at 2' }])
})

test('a success between equal errors ends their row', () => {
  const failed = (command: string) => aCall({ args: { command }, ok: false, observation: 'error' })
  assert.deepEqual(signals([failed('a'), failed('b'), aCall({ args: { command: 'c' } }), failed('d'), failed('e')]), [null, null, null, null, null])
})

test('two steps that alternate with the same results are oscillation', () => {
  const turn = (index: number) => aCall({ turn: 1, args: { command: index % 2 === 0 ? 'on' : 'off' }, observation: index % 2 === 0 ? 'is on' : 'is off' })
  assert.deepEqual(findings(times(4, turn)).at(-1), { signal: 'oscillation', detail: 'two steps alternate with the same results' })
})

test('an edit that is undone and made again is oscillation', () => {
  const turn = (index: number) => aCall({ turn: index, tool: 'edit_file', args: { path: 'a', to: index % 2 }, observation: 'edited', tree: index % 2 === 0 ? 'tree-a' : 'tree-b' })
  assert.equal(signals(times(4, turn)).at(-1), 'oscillation')
})

test('turns that change nothing and tell nothing new are no progress', () => {
  const known = ['a', 'b', 'c'].map((path, index) => aCall({ turn: index, tool: 'read_file', args: { path } }))
  const again = ['a', 'b', 'c'].map((path, index) => aCall({ turn: 3 + index, tool: 'read_file', args: { path } }))
  assert.deepEqual(findings([...known, ...again]).at(-1), { signal: 'no-progress', detail: '3 turns changed nothing and told nothing new' })
})

test('after guidance the count begins anew, and what the model knows stays known', () => {
  const calls = times(4, () => aCall({ turn: 1 }))
  const before = calls.reduce((state, call) => observeCall(state, call).state, noStall)
  const fresh = restartStall(before)
  assert.deepEqual({ calls: fresh.calls, inRow: fresh.inRow, known: fresh.known }, { calls: [], inRow: 0, known: before.known })
})

const observations = fc.array(fc.record({
  turn: fc.nat(20), tool: fc.constantFrom('shell', 'read_file'), args: fc.dictionary(fc.string(), fc.jsonValue()), ok: fc.boolean(), observation: fc.string(), tree: fc.constantFrom('a', 'b', null),
}), { maxLength: 60 })

test('what it remembers is JSON and bounded', () => {
  fc.assert(fc.property(observations, (calls) => {
    const state = calls.reduce((before, call) => observeCall(before, call).state, noStall)
    assert.deepEqual(JSON.parse(JSON.stringify(state)), state)
    assert.ok(state.calls.length <= defaultStallLimits.window && state.steps.length <= 4 && state.known.length <= 512)
  }))
})

test('calls that never come twice, on a tree that always changes, are never a stall', () => {
  fc.assert(fc.property(observations, (calls) => {
    const changing = calls.map((call, index) => ({ ...call, args: { ...call.args, index }, turn: index, ok: true, tree: `tree-${index}` }))
    assert.deepEqual(signals(changing), changing.map(() => null))
  }))
})
