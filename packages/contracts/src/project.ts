import { z } from 'zod'
import { GateSpec } from './gate.ts'
import { ProjectId, TenantId } from './ids.ts'
import { MicroUsd } from './money.ts'
import { DeliverMode, SetupSpec, WorkspaceMode } from './run-request.ts'

export const GitMode = z.enum(['hidden', 'basic', 'advanced'])
export type GitMode = z.output<typeof GitMode>

const settings = {
  name: z.string().min(1).max(200),
  /** Unique, for people and URLs. Made from the name when absent. */
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/),
  repoUrl: z.string().min(1).max(2000).nullable(),
  localPath: z.string().min(1).max(4096).nullable(),
  workspaceMode: WorkspaceMode,
  defaultBranch: z.string().min(1).max(250).nullable(),
  gitMode: GitMode,
  /** Profile of runs that name none. Null: the configured default. */
  policy: z.string().nullable(),
  gates: z.array(GateSpec).max(20),
  setup: SetupSpec,
  /** How runs deliver that name nothing else. Null: the configured default. */
  deliver: DeliverMode.nullable(),
  /** Most that all runs of one day may spend. Null: the configured default. */
  maxCostPerDayMicroUsd: MicroUsd.nullable(),
  /** Most runs at work at once. Null: the configured default. */
  maxConcurrentRuns: z.int().min(1).max(1000).nullable(),
}

export const CreateProject = z.strictObject({
  name: settings.name,
  slug: settings.slug.optional(),
  repoUrl: settings.repoUrl.default(null),
  localPath: settings.localPath.default(null),
  workspaceMode: settings.workspaceMode.default('worktree'),
  defaultBranch: settings.defaultBranch.default(null),
  gitMode: settings.gitMode.default('basic'),
  policy: settings.policy.default(null),
  gates: settings.gates.default([]),
  setup: settings.setup.prefault({}),
  deliver: settings.deliver.default(null),
  maxCostPerDayMicroUsd: settings.maxCostPerDayMicroUsd.default(null),
  maxConcurrentRuns: settings.maxConcurrentRuns.default(null),
}).refine((project) => project.repoUrl !== null || project.localPath !== null, {
  error: 'a project needs localPath or repoUrl',
})
export type CreateProject = z.output<typeof CreateProject>

export const UpdateProject = z.strictObject(settings).omit({ slug: true }).partial().extend({ version: z.int().min(1) })
export type UpdateProject = z.output<typeof UpdateProject>

export const Project = z.strictObject({
  id: ProjectId,
  tenant: TenantId,
  ...settings,
  /** Ships with CodeForge to show what a run is. */
  demonstration: z.boolean(),
  version: z.int().min(1),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Project = z.output<typeof Project>
