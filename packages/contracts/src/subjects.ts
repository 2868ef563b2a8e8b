import { z } from 'zod'
import { ProjectId, RunId } from './ids.ts'
import { JobKind, PoolName } from './job.ts'
import { StreamName } from './event.ts'

/** What a worker may ask of core, as the last token of `core.<verb>`. */
export const CoreVerb = z.enum(['announce', 'claim', 'renew', 'record', 'extendHold', 'recall', 'secret', 'permitEffect'])
export type CoreVerb = z.output<typeof CoreVerb>

/** Patterns for listeners: `>` stands for one token or more. */
export const everySubject = {
  jobs: 'jobs.>', core: 'core.>', events: 'events.>', live: 'live.>', control: 'control.>', code: 'code.>', dead: 'dead.>',
} as const

/** `jobs.<pool>.<kind>`: work for whoever serves that pool. */
export const jobSubject = (pool: PoolName, kind: JobKind): string => `jobs.${pool}.${kind}`

/** `core.<verb>`: a worker asks, core answers. */
export const coreSubject = (verb: CoreVerb): string => `core.${verb}`

/** `live.<project>`: transient output of the project's runs. */
export const liveSubject = (project: ProjectId): string => `live.${project}`

/** `control.<run>`: makes the worker of that run renew at once. */
export const controlSubject = (run: RunId): string => `control.${run}`

/** `code.<pool>`: core asks about a repository, a worker of that pool answers. */
export const codeSubject = (pool: PoolName): string => `code.${pool}`

/** `dead.<kind>`: messages that nobody could use. */
export const deadSubject = (kind: JobKind): string => `dead.${kind}`

export type Subject =
  | { readonly kind: 'jobs'; readonly pool: PoolName; readonly jobKind: JobKind }
  | { readonly kind: 'core'; readonly verb: CoreVerb }
  | { readonly kind: 'events'; readonly stream: StreamName }
  | { readonly kind: 'live'; readonly project: ProjectId }
  | { readonly kind: 'control'; readonly run: RunId }
  | { readonly kind: 'code'; readonly pool: PoolName }
  | { readonly kind: 'dead'; readonly jobKind: JobKind }

type SubjectKind = Subject['kind']

/** Reads what follows the first token; undefined where it is not of that kind. */
const parsers: { readonly [Kind in SubjectKind]: (rest: string) => Extract<Subject, { kind: Kind }> | undefined } = {
  jobs: (rest) => {
    const [pool, jobKind, more] = rest.split('.')
    const parsed = z.tuple([PoolName, JobKind]).safeParse([pool, jobKind])
    return parsed.success && more === undefined ? { kind: 'jobs', pool: parsed.data[0], jobKind: parsed.data[1] } : undefined
  },
  core: (rest) => {
    const verb = CoreVerb.safeParse(rest)
    return verb.success ? { kind: 'core', verb: verb.data } : undefined
  },
  events: (rest) => {
    const stream = StreamName.safeParse(rest)
    return stream.success ? { kind: 'events', stream: stream.data } : undefined
  },
  live: (rest) => {
    const project = ProjectId.safeParse(rest)
    return project.success ? { kind: 'live', project: project.data } : undefined
  },
  control: (rest) => {
    const run = RunId.safeParse(rest)
    return run.success ? { kind: 'control', run: run.data } : undefined
  },
  code: (rest) => {
    const pool = PoolName.safeParse(rest)
    return pool.success ? { kind: 'code', pool: pool.data } : undefined
  },
  dead: (rest) => {
    const jobKind = JobKind.safeParse(rest)
    return jobKind.success ? { kind: 'dead', jobKind: jobKind.data } : undefined
  },
}

const isSubjectKind = (token: string): token is SubjectKind => Object.hasOwn(parsers, token)

/** Reads a subject's name back into its parts; undefined where it is none of ours. */
export function parseSubject(subject: string): Subject | undefined {
  const dot = subject.indexOf('.')
  const kind = subject.slice(0, Math.max(dot, 0))
  return isSubjectKind(kind) ? parsers[kind](subject.slice(dot + 1)) : undefined
}

/** Whether a subject falls under a pattern: `*` is any one token, a last `>` is one or more. */
export function subjectMatches(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.')
  const given = subject.split('.')
  if (wanted.at(-1) === '>') {
    return given.length >= wanted.length && wanted.slice(0, -1).every((token, index) => token === '*' || token === given[index])
  }
  return given.length === wanted.length && wanted.every((token, index) => token === '*' || token === given[index])
}
