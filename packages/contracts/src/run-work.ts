import { z } from 'zod'
import { BlobRef, Digest } from './blob.ts'
import { GateSpec } from './gate.ts'
import { ProjectId, RequestId, RunId, TenantId } from './ids.ts'
import { Mode } from './mode.ts'
import { MicroUsd, Price } from './money.ts'
import { PolicyProfile } from './policy-profile.ts'
import { DeliverMode, SetupSpec, WorkspaceMode, Material } from './run-request.ts'
import { TerminationCondition } from './termination.ts'

/** Where the code comes from. */
export const RepositorySource = z.discriminatedUnion('kind', [
  /** A path on this worker's host. */
  z.strictObject({ kind: z.literal('local'), path: z.string().min(1) }),
  z.strictObject({ kind: z.literal('remote'), url: z.string().min(1) }),
])
export type RepositorySource = z.output<typeof RepositorySource>

/** The model a run uses: `adapter` names a registered llm, `scripted` only ever for the demonstration. */
export const ModelChoice = z.strictObject({
  adapter: z.enum(['openai-compatible', 'scripted']),
  model: z.string().min(1).max(200),
  /** Null: no price is known, the run is limited by tokens. */
  price: Price.nullable(),
  /** Tokens that prompt and reply may have together. */
  contextTokens: z.int().min(1000).default(128_000),
  functionCalling: z.boolean().default(true),
  /** Name of the recorded conversation under `scripted`. */
  script: z.string().optional(),
})
export type ModelChoice = z.output<typeof ModelChoice>

/** Everything a worker needs to know of a run, pinned when the run was created. No secrets. */
export const RunWork = z.strictObject({
  runId: RunId,
  projectId: ProjectId,
  tenant: TenantId,
  requestId: RequestId,
  prompt: z.string(),
  material: z.array(Material).default([]),
  mode: Mode,
  policy: PolicyProfile,
  model: ModelChoice,
  gates: z.array(GateSpec),
  setup: SetupSpec,
  workspace: z.strictObject({
    mode: WorkspaceMode,
    source: RepositorySource,
    baseRef: z.string().nullable(),
    includeDirty: z.boolean(),
  }),
  deliver: z.strictObject({ mode: DeliverMode, branch: z.string(), title: z.string() }),
  attended: z.boolean(),
  /** Strictest of profile, project and request. */
  termination: TerminationCondition,
  maxCostMicroUsd: MicroUsd,
  /** Used where the model has no price. */
  maxTokens: z.int().min(1),
})
export type RunWork = z.output<typeof RunWork>

/** The same with mode and profile by address: they are large, and one copy serves all runs that were pinned to them. */
export const PinnedWork = RunWork.extend({ mode: BlobRef, policy: BlobRef })
export type PinnedWork = z.output<typeof PinnedWork>

/** What many runs share: all that `WorkByTerms` does not name. One copy in the artifact store serves every run that has the same. */
export const RunTerms = PinnedWork.omit({ runId: true, projectId: true, tenant: true, requestId: true, prompt: true, material: true }).extend({
  workspace: RunWork.shape.workspace.omit({ baseRef: true }),
  deliver: RunWork.shape.deliver.pick({ mode: true }),
})
export type RunTerms = z.output<typeof RunTerms>

/** What is a run's own, and the digest of its terms. */
export const WorkByTerms = RunWork.pick({ runId: true, projectId: true, tenant: true, requestId: true, prompt: true, material: true }).extend({
  baseRef: RunWork.shape.workspace.shape.baseRef,
  deliver: RunWork.shape.deliver.omit({ mode: true }),
  terms: Digest,
})
export type WorkByTerms = z.output<typeof WorkByTerms>

/** How work is stored and travels: by address altogether where even its own is large; with its terms, or in whole, only in rows of older versions. */
export const StoredWork = z.union([WorkByTerms, BlobRef, PinnedWork, RunWork])
export type StoredWork = z.output<typeof StoredWork>
