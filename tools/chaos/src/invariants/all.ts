import type { Observation, Violation } from '../observation.ts'
import { recordedCallsRunOnce } from './calls.ts'
import { branchesHoldTheWork, oneDelivery, repositoriesAreUntouched } from './delivery.ts'
import { logsHaveNoGap } from './log.ts'
import { moneyAddsUp } from './money.ts'
import { noMountIsLeft, noProcessIsLeft } from './processes.ts'
import { acceptedRunsEnd, noRunTwice, nothingIsLeftOpen, outcomesAreExplained } from './runs.ts'

const invariants = [
  acceptedRunsEnd, noRunTwice, outcomesAreExplained, nothingIsLeftOpen, logsHaveNoGap, recordedCallsRunOnce,
  oneDelivery, branchesHoldTheWork, repositoriesAreUntouched, moneyAddsUp, noProcessIsLeft, noMountIsLeft,
]

/** Everything that does not hold. */
export function violationsOf(observation: Observation): readonly Violation[] {
  return invariants.flatMap((invariant) => invariant(observation))
}
