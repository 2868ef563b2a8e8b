import type { RunWork } from '@codeforge/contracts/run-work'
import { evaluate } from '@codeforge/domain/policy/evaluate'
import { commandOf, pathsOf, type PolicyCall, type PolicySituation } from '@codeforge/domain/policy/policy-call'
import type { InlineCall } from '../facts/inflate.ts'
import type { WorkspaceFiles } from '../workspace/files.ts'
import type { Analyse, Judge } from './gate.ts'

/** Judges calls of a run by its profile, mode and the analysis of commands. Attendance is the gate's: here an `ask` stays one. */
export function judgeOf(work: RunWork, files: Pick<WorkspaceFiles, 'root' | 'resolve'>, sandboxEnforces: boolean, analyse: Analyse): Judge {
  const { id, tools, edits } = work.mode
  const situation: PolicySituation = { attended: true, sandboxEnforces, workspace: files.root, mode: { id, tools, edits }, stepTools: null }
  return async (call) => {
    const command = commandOf(call)
    const analysis = command === null ? null : analyse(command)
    return evaluate(work.policy, { ...call, resolvedPaths: await resolved(call, files) }, situation, analysis)
  }
}

/** Where the paths of a call lead once links are followed: a link named harmlessly must not open what the policy blocks. */
async function resolved(call: InlineCall, files: Pick<WorkspaceFiles, 'resolve'>): Promise<readonly string[]> {
  const plain: PolicyCall = { tool: call.tool, args: call.args }
  const named = pathsOf(plain, null).flatMap(({ path, glob }) => (path === null || glob ? [] : [path]))
  const real = await Promise.all(named.map((path) => files.resolve(path)))
  return real.filter((path) => path !== null)
}
