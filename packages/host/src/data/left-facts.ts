import { spentBy } from '@codeforge/agent/facts/spend'
import { leftSpools } from '@codeforge/agent/facts/spool'
import type { MicroUsd } from '@codeforge/contracts/money'
import type { DataDirectory } from './data-directory.ts'

export interface LeftFacts {
  readonly attempts: number
  /** What they say was spent; core may have booked some of it. */
  readonly spentMicroUsd: MicroUsd
}

/** What attempts of this data directory's workers observed and core has not taken yet. */
export async function leftFacts({ spool }: Pick<DataDirectory, 'spool'>): Promise<LeftFacts> {
  const left = await leftSpools(spool)
  return { attempts: left.length, spentMicroUsd: spentBy(left.flatMap(({ facts }) => facts)) }
}
