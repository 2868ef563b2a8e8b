import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cutBatches } from './cut-batches.ts'

const sizes = (count: number, size: number) => Array.from({ length: count }, () => ({ size }))

describe('batches of files', () => {
  it('hold each file once, in their order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('scan', 'gather', 'parse'),
        fc.array(fc.record({ size: fc.nat(2_000_000) }), { maxLength: 400 }),
        fc.integer({ min: 1, max: 8 }),
        (task, files, threads) => {
          const batches = cutBatches(task, files, threads)
          assert.deepEqual(batches.flat(), files)
          assert.ok(batches.every((batch) => batch.length > 0))
        },
      ),
    )
  })

  it('are large at first and small at the end', () => {
    const lengths = cutBatches('scan', sizes(5000, 6000), 2).map((batch) => batch.length)
    assert.equal(lengths[0], 500)
    assert.equal(lengths.at(-2), 64)
    assert.ok(lengths.every((length, at) => at === 0 || length <= (lengths[at - 1] ?? 0)))
  })

  it('hold few files where files are large, and never thousands', () => {
    assert.deepEqual(
      cutBatches('scan', sizes(3, 2_000_000), 2).map((batch) => batch.length),
      [2, 1],
    )
    assert.equal(cutBatches('scan', sizes(100_000, 0), 2)[0]?.length, 64)
    assert.equal(cutBatches('scan', sizes(100_000, 100), 2)[0]?.length, 1024)
  })
})
