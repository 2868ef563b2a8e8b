import { z } from 'zod'

/** Ids are UUIDv7: they sort by creation time. Branded, so that a run's id cannot be passed where a step's is wanted. */
export const TenantId = z.uuid().brand<'TenantId'>()
export type TenantId = z.output<typeof TenantId>
export const ProjectId = z.uuid().brand<'ProjectId'>()
export type ProjectId = z.output<typeof ProjectId>
export const TaskId = z.uuid().brand<'TaskId'>()
export type TaskId = z.output<typeof TaskId>
export const PlanId = z.uuid().brand<'PlanId'>()
export type PlanId = z.output<typeof PlanId>
export const StepId = z.uuid().brand<'StepId'>()
export type StepId = z.output<typeof StepId>
export const RunId = z.uuid().brand<'RunId'>()
export type RunId = z.output<typeof RunId>
export const JobId = z.uuid().brand<'JobId'>()
export type JobId = z.output<typeof JobId>
export const QuestionId = z.uuid().brand<'QuestionId'>()
export type QuestionId = z.output<typeof QuestionId>
export const HoldId = z.uuid().brand<'HoldId'>()
export type HoldId = z.output<typeof HoldId>
export const EventId = z.uuid().brand<'EventId'>()
export type EventId = z.output<typeof EventId>
export const WorkerId = z.uuid().brand<'WorkerId'>()
export type WorkerId = z.output<typeof WorkerId>

/** Accepted from outside and passed on through every process: letters, digits, `._:-`, at most 128 characters. */
export const RequestId = z.string().regex(/^[\w.:-]{1,128}$/).brand<'RequestId'>()
export type RequestId = z.output<typeof RequestId>

/** Who did it: `user:<name>`, `worker:<id>`, `core`, `cli`. */
export const Actor = z.string().min(1).max(128)
export type Actor = z.output<typeof Actor>

/** The one tenant of an installation that has not been divided into tenants. */
export const defaultTenant = TenantId.parse('00000000-0000-7000-8000-000000000001')
