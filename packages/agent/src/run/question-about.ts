import type { QuestionDraft } from '@codeforge/contracts/question'
import type { Verdict } from '@codeforge/contracts/verdict'
import type { InlineCall } from '../facts/inflate.ts'

/** What a person is asked about a call. Silence denies. */
export function questionAbout(call: InlineCall, verdict: Verdict): QuestionDraft {
  const command = call.args['command']
  const what = typeof command === 'string' ? command : JSON.stringify(call.args)
  return {
    topic: 'toolcall',
    subject: call.id.slice(0, 256),
    title: `May ${call.tool} be called?`,
    detail: `${what.slice(0, 6000)}\n\n${verdict.ruleId}: ${verdict.reason}`.slice(0, 8000),
    options: [{ id: 'allow', label: 'Allow this call' }, { id: 'deny', label: 'Deny it' }],
    fallback: 'deny',
    deadlineSeconds: 86_400,
  }
}
