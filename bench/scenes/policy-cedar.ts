import type { PolicyCall } from '@codeforge/domain/policy/policy-call'
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import { defaultBlockedPaths } from '@codeforge/contracts/policy-profile'
import picomatch from 'picomatch'
import { pathOf, rules } from './policy-rules.ts'

/** The same rules for Cedar, parsed beforehand. No path is in two of them, so that its lack of an order changes nothing. Its stars cross slashes. */
export async function cedarJudge(): Promise<(call: PolicyCall) => string> {
  const texts = rules.map(({ tool, glob, decision }) => {
    const like = glob.replaceAll('**/*', '*').replaceAll('**/', '*').replaceAll('**', '*')
    return `${decision === 'allow' ? 'permit' : 'forbid'} (principal, action == Action::"${tool}", resource) when { context.path like "${like}" };`
  })
  const parsed = preparsePolicySet('bench', { staticPolicies: texts.join('\n') })
  if (parsed.type === 'failure') throw new Error(parsed.errors.map(({ message }) => message).join('; '))
  const blocked = picomatch(defaultBlockedPaths.filter((glob) => !glob.startsWith('!')), { dot: true })
  return (call) => (!blocked(pathOf(call)) && permits(call) ? 'allow' : 'deny')
}

function permits(call: PolicyCall): boolean {
  const answer = statefulIsAuthorized({
    principal: { type: 'Agent', id: 'a' }, action: { type: 'Action', id: call.tool }, resource: { type: 'Workspace', id: 'w' },
    context: { path: pathOf(call) }, preparsedPolicySetId: 'bench', entities: [],
  })
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '))
  return answer.response.decision === 'allow'
}
