import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import picomatch from 'picomatch'
import { lasting, type Answer } from './answer.ts'
import { compileProfile, type CompiledProfile } from './compile.ts'
import { wildcardHits } from './globs.ts'
import type { SeenPath } from './paths.ts'

const sinks: ReadonlySet<string> = new Set(['/dev/null', '/dev/stdout', '/dev/stderr', '/dev/tty'])
const plain: readonly Answer[] = [lasting({ layer: 'paths', decision: 'allow', ruleId: 'paths-plain', reason: 'it names no protected path' })]

/** Judges every path that a call names: nothing blocked, nothing outside the workspace but what the profile lists, no writing where only reading is due. */
export function pathLayer(profile: PolicyProfile, paths: readonly SeenPath[]): readonly Answer[] {
  const rules = compileProfile(profile)
  let answers: Answer[] | null = null
  for (const path of paths) {
    const answer = judgePath(profile, rules, path)
    if (answer !== null) (answers ??= []).push(answer)
  }
  return answers ?? plain
}

const answer = (decision: 'ask' | 'deny', ruleId: string, reason: string, instead?: string): Answer => ({ layer: 'paths', decision, ruleId, reason, instead })

function judgePath(profile: PolicyProfile, rules: CompiledProfile, named: SeenPath): Answer | null {
  const { placed } = named
  if (placed === null) return answer('ask', 'path-unknown', `the path ${named.source} cannot be known before it runs`, 'write the path itself')
  if (placed.kind === 'invalid') return answer('deny', 'path-invalid', placed.reason)
  if (rules.blocked(named.folded) || (named.glob && wildcardHits(placed.path, rules.blockedNames))) {
    return answer('deny', 'path-blocked', `${named.source} is a protected path`, 'work without it; .env.example may be read')
  }
  if (placed.kind === 'outside' && !mayLeave(profile, rules, placed.path, named)) {
    return answer('deny', 'path-outside', `${nameOf(named, placed.path)} lies outside the workspace`, 'use a path inside the workspace')
  }
  if (named.access === 'read') return null
  if (profile.situation === 'read-only' && !sinks.has(placed.path)) {
    return answer('deny', 'path-read-only', isOption(named) ? `${named.source} may write a file, which is not allowed where only reading is` : `writing ${named.source} is not allowed where only reading is`)
  }
  return isProtected(rules, named.folded) || (named.glob && findsProtected(named.folded, rules))
    ? answer('ask', 'path-protected', `${named.source} says what is executed elsewhere, with rights that this run does not have`, 'say in your answer what should change there')
    : null
}

/** A path may stand within an option: then it is the path that is spoken of. */
function isOption({ source }: SeenPath): boolean {
  return source.startsWith('-')
}

function nameOf(named: SeenPath, path: string): string {
  return isOption(named) ? `${path} (in ${named.source})` : named.source
}

/** Whether a wildcard that crosses folders, or one below the folder of protected files, asks for files such as the protected ones. One that asks for every file below the workspace names none. */
function findsProtected(glob: string, { protectedSamples: samples, protectedFolders: folders }: CompiledProfile): boolean {
  const top = glob.slice(0, glob.indexOf('/') + 1)
  if (samples.length === 0 || /^(\*+\/)*\*+$/.test(glob) || !(glob.includes('**') || folders.some((folder) => top !== '' && folder.startsWith(top)))) return false
  const matches = picomatch(glob.replaceAll('[!', '[^'), { dot: true, posix: true })
  return samples.some((sample) => matches(sample))
}

/** A folder above a protected path is protected as well: with it, what is below goes. */
function isProtected(rules: CompiledProfile, folded: string): boolean {
  if (rules.protected(folded)) return true
  if (rules.protectedFolders.length === 0) return false
  const below = `${folded}/`
  return rules.protectedFolders.some((folder) => folder.startsWith(below))
}

function mayLeave(profile: PolicyProfile, rules: CompiledProfile, path: string, named: SeenPath): boolean {
  if (sinks.has(path)) return true
  if (profile.paths.scratch && named.scratch) return true
  return named.access === 'read' && rules.readable(named.folded)
}
