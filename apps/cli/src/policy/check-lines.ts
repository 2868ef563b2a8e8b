import type { PolicyCall } from '@codeforge/domain/policy/policy-call'
import type { Verdict } from '@codeforge/contracts/verdict'
import { z } from 'zod'

const CheckedCall = z.object({
  id: z.union([z.string(), z.number()]).nullable().default(null),
  tool: z.string().min(1),
  args: z.record(z.string(), z.json()).default({}),
})

/** Judges one line of JSON; a line that is no call is answered with an error, and never allowed. */
export function checkLine(line: string, judge: (call: PolicyCall) => Verdict): Readonly<Record<string, unknown>> {
  let id: unknown = null
  try {
    const raw: unknown = JSON.parse(line)
    if (typeof raw === 'object' && raw !== null && 'id' in raw) id = raw.id
    const parsed = CheckedCall.safeParse(raw)
    if (!parsed.success) return { id, error: `not a call: ${z.prettifyError(parsed.error).replaceAll(/\s+/g, ' ')}` }
    const { decision, ruleId, reason, layers } = judge({ tool: parsed.data.tool, args: parsed.data.args })
    return { id, decision, rule: ruleId, reason, layers }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}
