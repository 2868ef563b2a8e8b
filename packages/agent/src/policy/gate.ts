import type { Verdict } from '@codeforge/contracts/verdict'
import type { AnalyseCommand } from '@codeforge/domain/policy/policy-call'
import type { Log } from '@codeforge/ports/log'
import type { InlineCall } from '../facts/inflate.ts'

/** What a shell command would do. */
export type Analyse = AnalyseCommand

/** Judges a call by profile, mode and analysis; may fail, the gate then closes. */
export type Judge = (call: InlineCall) => Promise<Verdict>

/** Answers a person gave, by tool call id. */
export type Answers = Readonly<Record<string, { readonly option: string; readonly note: string | null }>>

export interface PolicyGate {
  /** The verdict on a call. Never fails: whatever goes wrong is ask, and deny where nobody is there to be asked. */
  judge(call: InlineCall): Promise<Verdict>
}

/** The one place where a tool call is let through. */
export function createPolicyGate(judge: Judge, options: { readonly attended: boolean; readonly answers: Answers; readonly log: Log }): PolicyGate {
  const { attended, answers, log } = options
  return {
    async judge(call) {
      const verdict = await judged(judge, call, log)
      // A guard is read again when a run continues: an answer opens an ask, never a deny.
      if (verdict.decision !== 'ask') return verdict
      const answer = Object.hasOwn(answers, call.id) ? answers[call.id] : undefined
      if (answer) return answered(verdict, answer)
      return attended ? verdict : unattended(verdict)
    },
  }
}

async function judged(judge: Judge, call: InlineCall, log: Log): Promise<Verdict> {
  try {
    return await judge(call)
  } catch (error) {
    log.error('a tool call could not be judged', { tool: call.tool, error })
    const reason = 'The call could not be judged, so it is not allowed silently.'
    return { decision: 'ask', ruleId: 'gate-error', reason, layers: [], unattended: false }
  }
}

function answered(verdict: Verdict, { option, note }: { readonly option: string; readonly note: string | null }): Verdict {
  const allowed = option === 'allow'
  const reason = `A person ${allowed ? 'allowed' : 'denied'} it${note ? `: ${note}` : '.'}`
  return { ...verdict, decision: allowed ? 'allow' : 'deny', ruleId: 'answered', reason }
}

function unattended(verdict: Verdict): Verdict {
  return { ...verdict, decision: 'deny', unattended: true, reason: `${verdict.reason} Nobody is there to be asked, so it is denied.` }
}
