import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withoutNats } from '@codeforge/testing/nats-server'
import { playCampaign } from './campaign.ts'
import { makePlan } from './plan.ts'
import type { ColumnName } from './plan.ts'
import { inTime } from './testing/in-time.ts'

/** Seeds whose faults are of many kinds; `npm run chaos` plays others, for as long as wanted. */
const campaigns: readonly (readonly [ColumnName, number, number])[] = [['embedded', 4, 12], ['fleet', 4, 12]]

/** Milliseconds; on a slow machine a campaign takes a minute, and a run that does not end takes two. */
const limitMs = 500_000

const withoutFleet = await withoutNats()

describe('a campaign of faults', { concurrency: 2 }, () => {
  for (const [column, seed, runs] of campaigns) {
    test(`leaves the ${column} column whole`, { skip: column === 'fleet' && withoutFleet }, async () => {
      const told: string[] = []
      const playing = playCampaign(makePlan(seed, column, runs), { tell: (message) => { told.push(message) } })
      const { violations, output, faults } = await inTime(playing, limitMs, () => `the campaign came to no end; it told:\n${told.join('\n')}`)
      assert.deepEqual(violations, [], `npm run chaos -- --seed ${seed} --runs ${runs} --column ${column}\n${output}`)
      assert.ok(faults.length > 0, 'no fault was reached')
    })
  }
})
