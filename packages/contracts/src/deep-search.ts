import { z } from 'zod'
import { MicroUsd, Price } from './money.ts'

/** Who helps a search, and what that may cost. Core says it; a worker keeps to it [COD-07, CFG-02]. */
export const DeepAgent = z.strictObject({
  model: z.string().min(1).max(200),
  /** Null: no price is known, and tokens are what is limited. */
  price: Price.nullable(),
  /** Most queries that the model may make of one. */
  maxQueries: z.int().min(1).max(20),
  /** Whether the model orders what was found; otherwise scores do. */
  rerank: z.boolean(),
  /** Milliseconds for all of it. */
  deadlineMs: z.int().min(1000).max(300_000),
  /** Set aside before the search: no call of the model starts that does not fit. */
  allowance: z.strictObject({ microUsd: MicroUsd, tokens: z.int().min(0) }),
})
export type DeepAgent = z.output<typeof DeepAgent>

/** What helped besides the index, and what it cost. */
export const DeepOutcome = z.object({
  /** The query itself first, then what the model made of it. */
  queries: z.array(z.string()),
  /** Distinct places that all queries found together. */
  candidates: z.int(),
  /** False where scores decided. */
  reranked: z.boolean(),
  /** What did not work, in sentences. */
  notes: z.array(z.string()),
  spent: z.object({ microUsd: MicroUsd, tokens: z.int().min(0) }),
})
export type DeepOutcome = z.output<typeof DeepOutcome>
