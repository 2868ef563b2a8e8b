import { z } from 'zod'
import { ProjectId, TaskId, TenantId } from './ids.ts'

export const TaskStatus = z.enum(['open', 'done', 'dropped'])
export type TaskStatus = z.output<typeof TaskStatus>

const settings = {
  title: z.string().min(1).max(500),
  body: z.string().max(100_000),
  labels: z.array(z.string().min(1).max(100)).max(50),
  status: TaskStatus,
}

export const CreateTask = z.strictObject({
  title: settings.title,
  body: settings.body.default(''),
  labels: settings.labels.default([]),
})
export type CreateTask = z.output<typeof CreateTask>

export const UpdateTask = z.strictObject(settings).partial().extend({ version: z.int().min(1) })
export type UpdateTask = z.output<typeof UpdateTask>

export const Task = z.strictObject({
  id: TaskId,
  projectId: ProjectId,
  tenant: TenantId,
  ...settings,
  version: z.int().min(1),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Task = z.output<typeof Task>
