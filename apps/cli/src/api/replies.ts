import { pageOf } from '@codeforge/contracts/page'
import { Question } from '@codeforge/contracts/question'
import { RunSummary } from '@codeforge/contracts/run'
import { z } from 'zod'

/** A path that signs one browser in, once. */
export const LoginLink = z.strictObject({ path: z.string() })
export const RunPage = pageOf(RunSummary)
export const QuestionPage = pageOf(Question)
