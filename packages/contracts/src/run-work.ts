import { z } from 'zod'
import { BlobRef } from './blob.ts'
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

/** How work is stored and travels: by address altogether where even the rest is large; in whole only in rows of older versions. */
export const StoredWork = z.union([PinnedWork, BlobRef, RunWork])
export type StoredWork = z.output<typeof StoredWork>
