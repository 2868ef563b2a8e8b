import type { OrdinalFact } from '@codeforge/contracts/fact'
import type { Coordinator } from '@codeforge/ports/coordinator'
import type { Log } from '@codeforge/ports/log'
import { takeBatch, type Unit } from './batch.ts'
import { isFault } from './fault.ts'
import { isSpend, spentBy } from './spend.ts'
import { leftSpools, removeSpool, type LeftSpool } from './spool.ts'

/** How many attempts were told to core, and how many are still to be. */
export interface Leftovers {
  readonly told: number
  readonly left: number
}

/**
 * Sends what attempts that died or were given up had not told. Core books the spend in it and refuses the rest of what is no longer
 * current. What it does not take stays for the next call, so nothing that was spent is forgotten while core knows the run.
 */
export async function sendLeftovers(
  { coordinator, log }: { readonly coordinator: Pick<Coordinator, 'record'>; readonly log: Log },
  directory: string,
  signal: AbortSignal,
): Promise<Leftovers> {
  const spools = await leftSpools(directory)
  let told = 0
  for (const spool of spools) {
    if (signal.aborted) break
    const { runId, attempt } = spool.header
    const fields = { runId, attempt, spentMicroUsd: spentBy(spool.facts) }
    try {
      if (!(await sendSpool(coordinator, spool, signal))) continue
      await removeSpool(spool.path)
      told += 1
      if (spool.facts.length > 0) log.info('left facts were told', fields)
    } catch (error) {
      log.warn('left facts could not be told; they stay in the spool and are sent again', { ...fields, error })
      if (signal.aborted || !isFault(error)) break // core is away for the others, too
    }
  }
  return { told, left: spools.length - told }
}

/** False where core wants some of it later: it still takes the attempt for current, and misses facts before these. */
async function sendSpool(coordinator: Pick<Coordinator, 'record'>, { header, facts }: LeftSpool, signal: AbortSignal): Promise<boolean> {
  try {
    return await send(coordinator, header, facts.map((fact) => [fact]), signal)
  } catch (error) {
    // Whoever stops has not heard core's answer, whatever ended the question.
    if (signal.aborted || !isFault(error)) throw error
    // Core fails at one of them; what was spent must not wait for that one.
    const spends = facts.filter((one) => isSpend(one.fact))
    let all = spends.length > 0 // without any, core has not said that the attempt is over, and may take the rest another time
    for (const fact of spends) all = (await send(coordinator, header, [[fact]], signal)) && all
    return all
  }
}

async function send(coordinator: Pick<Coordinator, 'record'>, { runId, attempt, workerId }: LeftSpool['header'], units: readonly Unit[], signal: AbortSignal): Promise<boolean> {
  let waiting = units
  while (waiting.length > 0) {
    const batch = takeBatch(waiting)
    const facts: OrdinalFact[] = batch.flat()
    const reply = await coordinator.record({ runId, attempt, workerId, facts }, signal)
    if (reply.command !== 'lost' && reply.accepted < (facts.at(-1)?.ordinal ?? 0)) return false
    waiting = waiting.slice(batch.length)
  }
  return true
}
