import { readdirSync, readFileSync } from 'node:fs'
import { PolicyExampleCall, type PolicyProfile } from '@codeforge/contracts/policy-profile'
import { Decision } from '@codeforge/contracts/verdict'
import { evaluate } from '@codeforge/domain/policy/evaluate'
import { exampleSituation } from '@codeforge/domain/policy/examples'
import { parsePolicy } from '@codeforge/domain/policy/parse'
import { commandOf, shellTool, type AnalyseCommand, type PolicyCall } from '@codeforge/domain/policy/policy-call'
import { parse } from 'yaml'
import { z } from 'zod'

const CorpusFile = z.strictObject({
  profiles: z.array(z.string()).min(1),
  kind: z.enum(['attack', 'ordinary']),
  expect: Decision,
  situation: z.enum(['attended', 'unattended']).default('unattended'),
  groups: z.array(z.strictObject({ id: z.string(), why: z.string(), run: z.array(PolicyExampleCall).min(1) })),
})

/** One call and what must come out of it under one profile. */
export interface CorpusCase {
  /** `file/group/number`, with the profile where a file is for several. */
  readonly id: string
  readonly profile: string
  readonly kind: 'attack' | 'ordinary'
  readonly call: PolicyCall
  readonly attended: boolean
  readonly expect: Decision
  readonly why: string
}

const policies = new URL('../../../../policies/', import.meta.url)

/** Every case of the corpus beside the shipped profiles. */
export function readCorpus(): CorpusCase[] {
  const folder = new URL('corpus/', policies)
  return readdirSync(folder).filter((name) => name.endsWith('.yaml')).flatMap((name) => {
    const file = CorpusFile.parse(parse(readFileSync(new URL(name, folder), 'utf8')))
    return file.profiles.flatMap((profile) => file.groups.flatMap(({ id, why, run }) => run.map((call, index): CorpusCase => ({
      id: `${name.replace('.yaml', '')}/${id}/${index + 1}${file.profiles.length > 1 ? ` (${profile})` : ''}`,
      profile, kind: file.kind, call: typeof call === 'string' ? { tool: shellTool, args: { command: call } } : call,
      attended: file.situation === 'attended', expect: file.expect, why,
    }))))
  })
}

/** The shipped profile of a name. */
export function shippedProfile(name: string): PolicyProfile {
  return parsePolicy(readFileSync(new URL(`${name}.yaml`, policies), 'utf8'), name, shippedProfile)
}

/** A case that did not come out as written, in one line. */
export interface Miss {
  readonly of: CorpusCase
  readonly line: string
}

/** Judges every case, as if the sandbox that its profile demands is there. */
export function missesOf(cases: readonly CorpusCase[], analyse: AnalyseCommand): Miss[] {
  const profiles = new Map([...new Set(cases.map(({ profile }) => profile))].map((name) => [name, shippedProfile(name)]))
  return cases.flatMap((of): Miss[] => {
    const profile = profiles.get(of.profile)
    if (profile === undefined) return []
    const command = commandOf(of.call)
    const { decision, ruleId, reason } = evaluate(profile, of.call, exampleSituation(profile, of.attended), command === null ? null : analyse(command))
    if (decision === of.expect) return []
    const shown = command ?? `${of.call.tool} ${JSON.stringify(of.call.args)}`
    return [{ of, line: `${of.id}: ${JSON.stringify(shown)} came out as ${decision} by ${ruleId}, not ${of.expect}, though ${of.why}. ${reason}` }]
  })
}
