import { z } from 'zod'
import { GateSpec } from './gate.ts'
import { ProjectId, RunId, TaskId } from './ids.ts'
import { MicroUsd } from './money.ts'

export const WorkspaceMode = z.enum(['local_path', 'clone', 'worktree'])
export type WorkspaceMode = z.output<typeof WorkspaceMode>

export const DeliverMode = z.enum(['none', 'patch', 'commit-local', 'branch', 'pr'])
export type DeliverMode = z.output<typeof DeliverMode>

/** Commands that make a fresh workspace ready, before checkpoint 0. */
export const SetupSpec = z.strictObject({
  commands: z.array(z.string().min(1)).default([]),
  /** Files whose contents decide whether an earlier setup can be reused. */
  cacheKeyFiles: z.array(z.string()).default([]),
  network: z.enum(['none', 'all']).default('none'),
  timeoutSeconds: z.int().min(1).default(900),
  /** Ignored folders of a local repository that are brought along copy-on-write, such as node_modules. */
  reuse: z.array(z.string()).default(['node_modules', '.venv', 'venv', 'vendor/bundle', 'target']),
})
export type SetupSpec = z.output<typeof SetupSpec>

/** A text from outside that belongs to a task, such as an issue or a report. Whoever wrote it has no say in what the agent does. */
export const Material = z.strictObject({
  /** Where it is from, for people and for the model. */
  source: z.string().trim().min(1).max(200),
  text: z.string().min(1).max(100_000),
})
export type Material = z.output<typeof Material>

/** What a person or CI asks for. */
export const CreateRun = z.strictObject({
  projectId: ProjectId,
  taskId: TaskId.optional(),
  prompt: z.string().min(1).max(100_000),
  /** While the agent has read any, the profile's rules for untrusted context hold. */
  material: z.array(Material).max(20).default([]),
  mode: z.string().default('coder'),
  policy: z.string().optional(),
  model: z.string().max(200).optional(),
  gates: z.array(GateSpec).max(20).optional(),
  setup: SetupSpec.optional(),
  deliver: DeliverMode.optional(),
  workspaceMode: WorkspaceMode.optional(),
  /** Branch, tag or commit to start from. Default: HEAD of the repository. */
  baseRef: z.string().min(1).max(250).regex(/^[^-]/).optional(),
  includeDirty: z.boolean().default(false),
  /** Somebody is there to answer questions. Absent: as the mode's autonomy says. */
  attended: z.boolean().optional(),
  maxCostMicroUsd: MicroUsd.optional(),
  maxTurns: z.int().min(1).max(10_000).optional(),
  timeoutSeconds: z.int().min(1).max(7 * 86_400).optional(),
  retryOf: RunId.optional(),
  /** Higher goes first; equal ones in order of arrival. */
  priority: z.int().min(-100).max(100).default(0),
})
export type CreateRun = z.output<typeof CreateRun>
