import { pageOf } from '@codeforge/contracts/page'
import { Question } from '@codeforge/contracts/question'
import { RunSummary } from '@codeforge/contracts/run'
import { z } from 'zod'

/** A path that signs one browser in, once. */
export const LoginLink = z.strictObject({ path: z.string() })
export const RunPage = pageOf(RunSummary)
export const QuestionPage = pageOf(Question)

/** Where a backup was written. */
export const Backup = z.strictObject({ file: z.string() })

/** What a collection removed. */
export const Collected = z.strictObject({ runs: z.int(), artifacts: z.int(), bytes: z.number() })
