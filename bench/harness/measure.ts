import type { Family, Figures, Row } from './family.ts'
import { isMet, summarise } from './statistics.ts'
import type { Summary } from './statistics.ts'

/** A row with what was measured. */
export interface Measured extends Row, Summary {
  readonly family: string
  readonly met: boolean | null
}

const fewestPairs = 7

/** Measures ours and the baseline in turns; which of the two begins changes from pair to pair. */
export async function measure(family: Family, tell: (progress: string) => void): Promise<readonly Measured[]> {
  const count = Math.max(fewestPairs, family.pairs ?? fewestPairs)
  await using subjects = await family.open()
  for (let warmUp = 0; warmUp < (family.warmUps ?? 1); warmUp += 1) {
    await subjects.ours()
    await subjects.baseline()
  }
  const pairs: { ours: Figures; baseline: Figures }[] = []
  for (let index = 0; index < count; index += 1) {
    tell(`${family.name} ${index + 1}/${count}`)
    if (index % 2 === 0) pairs.push({ ours: await subjects.ours(), baseline: await subjects.baseline() })
    else {
      const baseline = await subjects.baseline()
      pairs.push({ ours: await subjects.ours(), baseline })
    }
  }
  return family.rows.map((row) => {
    const summary = summarise(row.name, pairs)
    return { family: family.name, ...row, ...summary, met: isMet(row.marks, summary) }
  })
}
