import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { EvaluateCall, Evaluation } from '@codeforge/contracts/policy-api'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { evaluate } from '@codeforge/domain/policy/evaluate'
import { commandOf, type PolicySituation } from '@codeforge/domain/policy/policy-call'
import type { CorePorts } from '../ports.ts'

type JudgePorts = Pick<CorePorts, 'policies' | 'modes' | 'analyse'>

/** Judges one call as a run's would be, without a workspace: absolute paths count as outside of it. */
export function judgeCall(ports: JudgePorts, name: string, request: EvaluateCall): Evaluation {
  const profile = profileFor(ports, name, request.yaml)
  const { tool, args, situation, sandbox, mode } = request
  const command = commandOf({ tool, args })
  const analysis = command === null ? null : ports.analyse(command)
  const verdict = evaluate(profile, { tool, args }, {
    ...bareSituation,
    attended: situation === 'attended',
    sandboxEnforces: sandbox === 'as-demanded' && profile.sandbox.need !== 'none',
    mode: mode === undefined ? null : modeFor(ports, mode),
  }, analysis)
  return { verdict, analysis }
}

/** What is known of a call that no run makes. */
export const bareSituation: PolicySituation = { attended: false, sandboxEnforces: true, workspace: null, mode: null, stepTools: null }

/** The saved profile of this name, or the one that a text holds; its examples need not hold for trying it. */
export function profileFor({ policies }: Pick<CorePorts, 'policies'>, name: string, yaml: string | undefined): PolicyProfile {
  if (yaml !== undefined) {
    const { profile, problems } = policies.check(yaml)
    if (profile === null) throw new CodeForgeError('policy-invalid', problems.join('; '), { details: { problems } })
    return profile
  }
  const profile = policies.get(name)
  if (!profile) throw new CodeForgeError('policy-not-found', `There is no policy profile '${name}'.`)
  return profile
}

function modeFor({ modes }: Pick<CorePorts, 'modes'>, id: string): PolicySituation['mode'] {
  const mode = modes.get(id)
  if (!mode) throw new CodeForgeError('mode-not-found', `There is no mode '${id}'.`)
  return { id: mode.id, tools: mode.tools, edits: mode.edits }
}
