import { messageLimit } from '@codeforge/contracts/blob'
import type { OrdinalFact } from '@codeforge/contracts/fact'

/** Facts that reach core in one transaction or not at all. */
export type Unit = readonly OrdinalFact[]

const mostFacts = 200
/** Leaves room for the envelope around the facts. */
const mostBytes = messageLimit - 4096

/** The first units that fit into one message; at least one. */
export function takeBatch(waiting: readonly Unit[]): readonly Unit[] {
  let facts = 0
  let bytes = 0
  const end = waiting.findIndex((unit, index) => {
    facts += unit.length
    bytes += Buffer.byteLength(JSON.stringify(unit))
    return index > 0 && (facts > mostFacts || bytes > mostBytes)
  })
  return end === -1 ? waiting : waiting.slice(0, end)
}
