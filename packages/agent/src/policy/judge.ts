import type { RunWork } from '@codeforge/contracts/run-work'
import { evaluate } from '@codeforge/domain/policy/evaluate'
import { commandOf, type PolicySituation } from '@codeforge/domain/policy/policy-call'
import type { WorkspaceFiles } from '../workspace/files.ts'
import type { Conversation } from '../run/conversation.ts'
import type { Analyse, Judge } from './gate.ts'
import { outsideWatch } from './outside.ts'
import { realPathsOf } from './real-paths.ts'

/**
 * Judges calls of a run by its profile, mode and the analysis of commands, with links followed as they stand now: one that is named
 * harmlessly must not open what the policy blocks. Attendance is the gate's: here an `ask` stays one.
 */
export function judgeOf(
  work: RunWork, files: Pick<WorkspaceFiles, 'root'>, sandboxEnforces: boolean, analyse: Analyse, conversation: Pick<Conversation, 'messages'>,
): Judge {
  const { id, tools, edits, autonomy } = work.mode
  const situation: PolicySituation = {
    attended: true, sandboxEnforces, workspace: files.root, mode: { id, tools, edits }, autonomy, stepTools: null, realPaths: realPathsOf(files.root),
  }
  const hasReadOutside = outsideWatch(work, analyse)
  return async (call) => {
    const command = commandOf(call)
    return evaluate(work.policy, call, { ...situation, untrusted: hasReadOutside(conversation.messages) }, command === null ? null : analyse(command))
  }
}
