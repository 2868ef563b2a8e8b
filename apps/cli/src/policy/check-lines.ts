import type { PolicyCall } from '@codeforge/domain/policy/policy-call'
import type { Verdict } from '@codeforge/contracts/verdict'
import { z } from 'zod'

const CheckedCall = z.object({
  tool: z.string().min(1),
  args: z.record(z.string(), z.json()).default({}),
})

/** Judges one line of JSON. A line that is no call, and a judgement that fails, is denied, and the answer says why under `error` as well. */
export function checkLine(line: string, judge: (call: PolicyCall) => Verdict): Readonly<Record<string, unknown>> {
  let id: unknown = null
  try {
    const raw: unknown = JSON.parse(line)
    if (typeof raw === 'object' && raw !== null && 'id' in raw) id = raw.id
    const parsed = CheckedCall.safeParse(raw)
    if (!parsed.success) return refused(id, `not a call: ${z.prettifyError(parsed.error).replaceAll(/\s+/g, ' ')}`)
    const { decision, ruleId, reason, layers } = judge({ tool: parsed.data.tool, args: parsed.data.args })
    return { id, decision, rule: ruleId, reason, layers }
  } catch (error) {
    return refused(id, error instanceof Error ? error.message : String(error))
  }
}

function refused(id: unknown, error: string): Readonly<Record<string, unknown>> {
  return { id, decision: 'deny', rule: 'not-judged', reason: `Denied: ${error}`, layers: [], error }
}
