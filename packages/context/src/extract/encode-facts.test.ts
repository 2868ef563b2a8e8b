import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decodeFacts, encodeFacts } from './encode-facts.ts'
import type { FileFacts } from './file-facts.ts'

const word = fc.string({ maxLength: 12 }).map((text) => text.replaceAll('\n', ' '))
const line = fc.nat(100_000)
const facts: fc.Arbitrary<FileFacts> = fc.record({
  definitions: fc.array(
    fc.record(
      {
        name: word,
        kind: fc.constantFrom('function' as const, 'method' as const, 'enum' as const, 'module' as const),
        startLine: line,
        endLine: line,
        signature: word,
        container: word,
      },
      { requiredKeys: ['name', 'kind', 'startLine', 'endLine', 'signature'] },
    ),
  ),
  references: fc.array(fc.record({ name: word, line, kind: fc.constantFrom('call' as const, 'inherit' as const, 'mention' as const) })),
  imports: fc.array(fc.record({ specifier: word, names: fc.array(word), line })),
  exact: fc.boolean(),
})

describe('facts as bytes', () => {
  it('come back as they were', () => {
    fc.assert(fc.property(facts, (given) => assert.deepEqual(plain(decodeFacts(encodeFacts(given))), plain(given))))
  })

  it('are refused where bytes are missing', () => {
    fc.assert(
      fc.property(facts, fc.nat(), (given, cut) => {
        const bytes = encodeFacts(given)
        assert.throws(() => decodeFacts(bytes.subarray(0, cut % bytes.byteLength)), RangeError)
      }),
    )
  })
})

const plain = (value: FileFacts): unknown => JSON.parse(JSON.stringify(value))
