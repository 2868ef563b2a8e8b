import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { NamedSandbox } from './agent-ports.ts'

/**
 * Picks where a run's commands execute: the strongest sandbox that works here. A profile that demands one gets one that the kernel
 * enforces, or the run does not start; a profile that wants none gets the weakest.
 */
export async function chooseSandbox(sandboxes: readonly NamedSandbox[], need: PolicyProfile['sandbox']['need'], signal: AbortSignal): Promise<NamedSandbox> {
  const candidates = need === 'none' ? sandboxes.toReversed().filter(({ engine }) => !engine.enforces).concat(sandboxes) : sandboxes
  const problems: string[] = []
  for (const candidate of candidates) {
    if (need === 'required' && !candidate.engine.enforces) continue
    const problem = await candidate.engine.check(signal)
    if (problem === null) return candidate
    problems.push(`${candidate.name}: ${problem}`)
  }
  throw new CodeForgeError('sandbox-unavailable', `No sandbox that the policy accepts works here. ${problems.join(' ') || 'None is installed.'}`)
}
