import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withoutNats } from '@codeforge/testing/nats-server'
import { playCampaign } from './campaign.ts'
import { makePlan } from './plan.ts'
import type { ColumnName } from './plan.ts'

/** Seeds whose faults are of many kinds; `npm run chaos` plays others, for as long as wanted. */
const campaigns: readonly (readonly [ColumnName, number, number])[] = [['embedded', 4, 12], ['fleet', 4, 12]]

const withoutFleet = await withoutNats()

describe('a campaign of faults', { concurrency: 2 }, () => {
  for (const [column, seed, runs] of campaigns) {
    test(`leaves the ${column} column whole`, { skip: column === 'fleet' && withoutFleet }, async () => {
      const { violations, output, faults } = await playCampaign(makePlan(seed, column, runs), { tell: () => undefined })
      assert.deepEqual(violations, [], `npm run chaos -- --seed ${seed} --runs ${runs} --column ${column}\n${output}`)
      assert.ok(faults.length > 0, 'no fault was reached')
    })
  }
})
