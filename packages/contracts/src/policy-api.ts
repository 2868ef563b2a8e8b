import { z } from 'zod'
import { Json } from './blob.ts'
import { PolicyProfile } from './policy-profile.ts'
import { RunId } from './ids.ts'
import { ShellAnalysis } from './shell-analysis.ts'
import { Decision, Verdict } from './verdict.ts'

/** Characters that the YAML of one profile may have. */
export const policySourceLimit = 256 * 1024

/** A profile as its author wrote it; comments are kept. */
export const PolicySource = z.strictObject({ yaml: z.string().min(1).max(policySourceLimit) })
export type PolicySource = z.output<typeof PolicySource>

/** What is wrong with a profile. Empty problems: it can be saved. */
export const PolicyReport = z.strictObject({
  /** Null where the text is no profile at all. */
  profile: PolicyProfile.nullable(),
  /** One sentence each: where it stands, what was expected, what came out. */
  problems: z.array(z.string()),
})
export type PolicyReport = z.output<typeof PolicyReport>

/** A profile with its text and whether it may be changed. */
export const PolicyDocument = z.strictObject({ profile: PolicyProfile, preset: z.boolean(), yaml: z.string() })
export type PolicyDocument = z.output<typeof PolicyDocument>

/** A file of the policies directory that is not in force as it stands. */
export const RejectedPolicy = z.strictObject({
  file: z.string(),
  problems: z.array(z.string()),
  /** The profile of this file whose last good version is still in force; null: none is. */
  inForce: z.string().nullable(),
})
export type RejectedPolicy = z.output<typeof RejectedPolicy>

/** One tool call to be judged as a run's would be. */
export const EvaluateCall = z.strictObject({
  tool: z.string().min(1).max(200),
  args: z.record(z.string(), Json).default({}),
  situation: z.enum(['attended', 'unattended']).default('unattended'),
  /** `as-demanded`: as if the sandbox that the profile demands is there. */
  sandbox: z.enum(['as-demanded', 'none']).default('as-demanded'),
  /** A mode whose tool list also counts. */
  mode: z.string().max(200).optional(),
  /** Judges by this text in place of the saved profile, which need not exist. */
  yaml: z.string().min(1).max(policySourceLimit).optional(),
})
export type EvaluateCall = z.output<typeof EvaluateCall>

/** A verdict with what the shell analysis saw; null for other tools. */
export const Evaluation = z.strictObject({ verdict: Verdict, analysis: ShellAnalysis.nullable() })
export type Evaluation = z.output<typeof Evaluation>

/** Replays recorded tool calls against a profile. */
export const SimulatePolicy = z.strictObject({
  /** Calls from this moment on. Default: thirty days back. */
  since: z.iso.datetime().optional(),
  yaml: z.string().min(1).max(policySourceLimit).optional(),
})
export type SimulatePolicy = z.output<typeof SimulatePolicy>

/** A recorded call that would have come out otherwise. */
export const ChangedVerdict = z.strictObject({
  runId: RunId,
  callId: z.string(),
  tool: z.string(),
  /** The command, path or arguments, shortened for a page. */
  call: z.string(),
  was: Decision,
  now: Decision,
  rule: z.string(),
  reason: z.string(),
})
export type ChangedVerdict = z.output<typeof ChangedVerdict>

export const Simulation = z.strictObject({
  runs: z.int(),
  calls: z.int(),
  /** How many came out as recorded. */
  same: z.int(),
  /** Calls that could not be judged anew, because their arguments are past retention. */
  skipped: z.int(),
  /** True where more calls lie in the time than one simulation replays; the newest ones are missing. */
  truncated: z.boolean(),
  /** At most 1,000 of those that changed. */
  changed: z.array(ChangedVerdict),
  changedTotal: z.int(),
})
export type Simulation = z.output<typeof Simulation>
