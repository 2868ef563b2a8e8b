import { z } from 'zod'
import { MicroUsd } from './money.ts'

type Condition =
  | { kind: 'max-turns'; turns: number }
  | { kind: 'max-messages'; messages: number }
  | { kind: 'max-tokens'; tokens: number }
  | { kind: 'max-cost'; microUsd: number }
  | { kind: 'text-mention'; text: string }
  | { kind: 'timeout'; seconds: number }
  | { kind: 'stalled'; window?: number | undefined; repeats?: number | undefined }
  | { kind: 'function-result'; tool: string; contains?: string | undefined }
  | { kind: 'and'; of: readonly Condition[] }
  | { kind: 'or'; of: readonly Condition[] }
  | { kind: 'not'; of: Condition }

/** When an agent's loop stops, composable with and, or, not. */
export const TerminationCondition: z.ZodType<Condition> = z.lazy(() => z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('max-turns'), turns: z.int().min(1) }),
  z.strictObject({ kind: z.literal('max-messages'), messages: z.int().min(1) }),
  z.strictObject({ kind: z.literal('max-tokens'), tokens: z.int().min(1) }),
  z.strictObject({ kind: z.literal('max-cost'), microUsd: MicroUsd }),
  z.strictObject({ kind: z.literal('text-mention'), text: z.string().min(1) }),
  z.strictObject({ kind: z.literal('timeout'), seconds: z.number().positive() }),
  /** Window of tool calls looked at (default 10) and equal calls that count as a stall (default 5). */
  z.strictObject({ kind: z.literal('stalled'), window: z.int().min(2).optional(), repeats: z.int().min(2).optional() }),
  z.strictObject({ kind: z.literal('function-result'), tool: z.string(), contains: z.string().optional() }),
  z.strictObject({ kind: z.literal('and'), of: z.array(TerminationCondition).min(1) }),
  z.strictObject({ kind: z.literal('or'), of: z.array(TerminationCondition).min(1) }),
  z.strictObject({ kind: z.literal('not'), of: TerminationCondition }),
]))
export type TerminationCondition = Condition
