import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { compileProfile, type CompiledProfile } from './compile.ts'
import { wildcardHits } from './globs.ts'
import type { Answer } from './layers.ts'
import { placePath } from './paths.ts'
import type { CallPath, PolicySituation, RealPaths } from './policy-call.ts'

const sinks: ReadonlySet<string> = new Set(['/dev/null', '/dev/stdout', '/dev/stderr', '/dev/tty'])

/** Judges every path that a call names: nothing protected, nothing outside the workspace but what the profile lists, no writing where only reading is due. */
export function pathLayer(profile: PolicyProfile, paths: readonly CallPath[], { workspace, realPaths }: PolicySituation): Answer[] {
  const rules = compileProfile(profile)
  const led = realPaths === undefined ? [] : paths.flatMap((path) => whereItLeads(path, realPaths))
  const answers = [...paths, ...led].flatMap((path) => judgePath(profile, rules, path, workspace))
  return answers.length > 0 ? answers : [{ layer: 'paths', decision: 'allow', ruleId: 'paths-plain', reason: 'it names no protected path' }]
}

/** The real places of a path where they are others than its text says. */
function whereItLeads(named: CallPath, realPaths: RealPaths): CallPath[] {
  // Devices are no places: /dev/stdin leads to whatever the process has open.
  if (named.path === null || named.path === '' || named.path.includes('\0') || /^\/(dev|proc)\//.test(named.path)) return []
  return realPaths(named.path, named.glob).flatMap((path) => (path === named.path ? [] : [{ ...named, path, glob: false }]))
}

function judgePath(profile: PolicyProfile, rules: CompiledProfile, named: CallPath, workspace: string | null): Answer[] {
  const answer = (decision: 'ask' | 'deny', ruleId: string, reason: string, instead?: string): Answer[] => [{ layer: 'paths', decision, ruleId, reason, instead }]
  if (named.path === null) return answer('ask', 'path-unknown', `the path ${named.source} cannot be known before it runs`, 'write the path itself')
  const placed = placePath(named.path, workspace)
  if (placed.kind === 'invalid') return answer('deny', 'path-invalid', placed.reason)
  if (rules.blocked(placed.path) || (named.glob && wildcardHits(placed.path, rules.blockedNames))) {
    return answer('deny', 'path-blocked', `${named.source} is a protected path`, 'work without it; .env.example may be read')
  }
  if (placed.kind === 'outside' && !mayLeave(profile, rules, placed.path, named)) {
    return answer('deny', 'path-outside', `${named.source} lies outside the workspace`, 'use a path inside the workspace')
  }
  if (profile.situation === 'read-only' && named.access === 'write' && !sinks.has(placed.path)) {
    return answer('deny', 'path-read-only', `writing ${named.source} is not allowed where only reading is`)
  }
  return []
}

function mayLeave(profile: PolicyProfile, rules: CompiledProfile, path: string, named: CallPath): boolean {
  if (sinks.has(path)) return true
  if (profile.paths.scratch && /^\/tmp\/[^/]/.test(path)) return true
  return named.access === 'read' && rules.readable(path)
}
