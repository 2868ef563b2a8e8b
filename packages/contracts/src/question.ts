import { z } from 'zod'
import { ProjectId, QuestionId, RunId } from './ids.ts'

export const QuestionTopic = z.enum(['toolcall', 'plan', 'review', 'deploy', 'escalation'])
export type QuestionTopic = z.output<typeof QuestionTopic>

export const QuestionOption = z.strictObject({ id: z.string().min(1).max(64), label: z.string().min(1).max(200) })
export type QuestionOption = z.output<typeof QuestionOption>

/** What a worker or a rule wants a person to decide. */
export const QuestionDraft = z.strictObject({
  topic: QuestionTopic,
  /** What it is about within its run, for example a tool call's id. */
  subject: z.string().max(256),
  title: z.string().min(1).max(500),
  detail: z.string().max(8000).default(''),
  options: z.array(QuestionOption).min(1).max(10),
  /** The option taken when nobody answers in time. */
  fallback: z.string(),
  /** Seconds until the fallback is taken. Default: 24 hours. */
  deadlineSeconds: z.int().min(1).default(86_400),
})
export type QuestionDraft = z.output<typeof QuestionDraft>

export const QuestionStatus = z.enum(['open', 'answered', 'expired', 'withdrawn'])
export type QuestionStatus = z.output<typeof QuestionStatus>

export const Question = QuestionDraft.extend({
  id: QuestionId,
  runId: RunId,
  projectId: ProjectId,
  status: QuestionStatus,
  answer: z.string().nullable(),
  note: z.string().nullable(),
  askedAt: z.iso.datetime(),
  deadlineAt: z.iso.datetime(),
  answeredAt: z.iso.datetime().nullable(),
  answeredBy: z.string().nullable(),
})
export type Question = z.output<typeof Question>
