import type { PolicyCall } from '@codeforge/domain/policy/policy-call'
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin'
import picomatch from 'picomatch'
import { defaultBlockedPaths } from '@codeforge/contracts/policy-profile'
import { pathOf, rules } from './policy-rules.ts'

const model = `
[request_definition]
r = tool, path
[policy_definition]
p = priority, tool, glob, eft
[policy_effect]
e = priority(p.eft) || deny
[matchers]
m = r.tool == p.tool && matches(r.path, p.glob)
`

/** The same rules for casbin: first match wins by priority, globs by a function of our own with the expressions compiled beforehand. */
export async function casbinJudge(): Promise<(call: PolicyCall) => string> {
  const lines = rules.map(({ tool, glob, decision }, index) => `p, ${index + 1}, ${tool}, ${glob}, ${decision}`)
  const enforcer = await newEnforcer(newModelFromString(model), new StringAdapter(lines.join('\n')))
  const compiled = new Map(rules.map(({ glob }) => [glob, picomatch(glob, { dot: true })]))
  await enforcer.addFunction('matches', (path: string, glob: string) => compiled.get(glob)?.(path) ?? false)
  const blocked = picomatch(defaultBlockedPaths.filter((glob) => !glob.startsWith('!')), { dot: true })
  return (call) => (!blocked(pathOf(call)) && enforcer.enforceSync(call.tool, pathOf(call)) ? 'allow' : 'deny')
}
