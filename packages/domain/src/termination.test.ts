import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TerminationCondition } from '@codeforge/contracts/termination'
import fc from 'fast-check'
import { evaluateTermination, stallSettings, type TerminationSnapshot } from './termination.ts'

const aSnapshot = (changes: Partial<TerminationSnapshot> = {}): TerminationSnapshot => ({
  turns: 3, messages: 8, tokens: 900, costMicroUsd: 250_000, elapsedSeconds: 61.5, lastText: 'still at work', stalled: false, results: [{ tool: 'shell', text: '12 passed' }], ...changes,
})

const leaves: readonly { readonly condition: TerminationCondition; readonly before: Partial<TerminationSnapshot>; readonly at: Partial<TerminationSnapshot>; readonly end: object }[] = [
  {
    condition: { kind: 'max-turns', turns: 5 }, before: { turns: 4 }, at: { turns: 5 },
    end: { kind: 'failed', outcome: 'limit-or-stall', code: 'limit-reached', reason: 'It took 5 turns; the limit is 5.' },
  },
  {
    condition: { kind: 'max-messages', messages: 9 }, before: { messages: 8 }, at: { messages: 9 },
    end: { kind: 'failed', outcome: 'limit-or-stall', code: 'limit-reached', reason: 'The conversation has 9 messages; the limit is 9.' },
  },
  {
    condition: { kind: 'max-tokens', tokens: 1000 }, before: { tokens: 999 }, at: { tokens: 1000 },
    end: { kind: 'failed', outcome: 'limit-or-stall', code: 'limit-reached', reason: 'It used 1000 tokens; the limit is 1000.' },
  },
  {
    condition: { kind: 'max-cost', microUsd: 500_000 }, before: { costMicroUsd: 499_999 }, at: { costMicroUsd: 500_000 },
    end: { kind: 'failed', outcome: 'budget', code: 'budget-exhausted', reason: 'It spent $0.50; the limit is $0.50.' },
  },
  {
    condition: { kind: 'timeout', seconds: 62 }, before: {}, at: { elapsedSeconds: 62.9 },
    end: { kind: 'failed', outcome: 'timeout', code: 'timeout', reason: 'It worked 62 s; the limit is 62 s.' },
  },
  {
    condition: { kind: 'stalled' }, before: {}, at: { stalled: true },
    end: { kind: 'failed', outcome: 'limit-or-stall', code: 'run-stalled', reason: 'The agent repeated itself without progress.' },
  },
  { condition: { kind: 'text-mention', text: 'DONE' }, before: {}, at: { lastText: 'All DONE.' }, end: { kind: 'finished', reason: 'The model said "DONE".' } },
  {
    condition: { kind: 'function-result', tool: 'shell', contains: '13 passed' }, before: {}, at: { results: [{ tool: 'shell', text: 'ok: 13 passed' }] },
    end: { kind: 'finished', reason: 'The tool shell gave the result that ends the work.' },
  },
]

for (const { condition, before, at, end } of leaves) {
  test(`${condition.kind} goes on just before its limit and says why it stops at it`, () => {
    const said = [evaluateTermination(condition, aSnapshot(before)), evaluateTermination(condition, aSnapshot(at))]
    assert.deepEqual(said, [null, { ...end, leaf: condition }])
  })
}

test('a result of another tool ends nothing', () => {
  assert.equal(evaluateTermination({ kind: 'function-result', tool: 'submit' }, aSnapshot()), null)
})

const turns = (limit: number): TerminationCondition => ({ kind: 'max-turns', turns: limit })
const cost: TerminationCondition = { kind: 'max-cost', microUsd: 1 }

test('of an or the first branch that holds is the reason', () => {
  const end = evaluateTermination({ kind: 'or', of: [turns(99), cost, turns(1)] }, aSnapshot())
  assert.deepEqual(end?.leaf, cost)
})

test('an and stops only when all its members hold', () => {
  const both = (limit: number): TerminationCondition => ({ kind: 'and', of: [turns(limit), cost] })
  assert.deepEqual([evaluateTermination(both(99), aSnapshot()), evaluateTermination(both(2), aSnapshot())?.leaf], [null, turns(2)])
})

test('a not beside a limit leaves the reason to the limit', () => {
  const condition: TerminationCondition = { kind: 'and', of: [{ kind: 'not', of: { kind: 'text-mention', text: 'wait' } }, turns(2)] }
  assert.deepEqual(evaluateTermination(condition, aSnapshot())?.leaf, turns(2))
})

const trees: fc.Arbitrary<TerminationCondition> = fc.letrec<{ tree: TerminationCondition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<TerminationCondition>(turns(2), turns(9), cost, { kind: 'stalled' }, { kind: 'text-mention', text: 'work' }, { kind: 'timeout', seconds: 60 }),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((of): TerminationCondition => ({ kind: 'and', of })),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((of): TerminationCondition => ({ kind: 'or', of })),
    tie('tree').map((of): TerminationCondition => ({ kind: 'not', of })),
  ),
})).tree

const stops = (condition: TerminationCondition) => evaluateTermination(condition, aSnapshot()) !== null

test('and, or and not mean what they mean in logic', () => {
  fc.assert(fc.property(trees, trees, (a, b) => {
    assert.deepEqual(
      [stops({ kind: 'and', of: [a, b] }), stops({ kind: 'or', of: [a, b] }), stops({ kind: 'not', of: a }), stops({ kind: 'not', of: { kind: 'not', of: a } })],
      [stops(a) && stops(b), stops(a) || stops(b), !stops(a), stops(a)],
    )
  }))
})

test('every tree that can be written in a file is judged', () => {
  fc.assert(fc.property(trees, (tree) => { assert.equal(stops(TerminationCondition.parse(tree)), stops(tree)) }))
})

test('the detector is asked with the settings that the tree names, and with none where it does not speak of stalls', () => {
  const nested: TerminationCondition = { kind: 'or', of: [turns(3), { kind: 'and', of: [{ kind: 'not', of: { kind: 'stalled', window: 6 } }] }] }
  assert.deepEqual([stallSettings(nested), stallSettings({ kind: 'stalled' }), stallSettings(turns(1))], [{ window: 6, repeats: 5 }, { window: 10, repeats: 5 }, null])
})
