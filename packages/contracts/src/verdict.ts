import { z } from 'zod'

export const Decision = z.enum(['allow', 'ask', 'deny'])
export type Decision = z.output<typeof Decision>

/** What one layer (profile, mode, step, path blocklist, command safety, ...) said of the call. */
export const LayerAnswer = z.strictObject({
  layer: z.string(),
  decision: Decision,
  ruleId: z.string(),
  reason: z.string(),
})
export type LayerAnswer = z.output<typeof LayerAnswer>

/** The answer to one tool call: the strictest of its layers, with the rule that gave it. */
export const Verdict = z.strictObject({
  decision: Decision,
  ruleId: z.string(),
  /** A sentence for people and for the model: why, and what it may do instead. */
  reason: z.string(),
  layers: z.array(LayerAnswer),
  /** The call as it was judged: every simple command through its wrappers, or the tool with its paths. Absent in verdicts of older runs. */
  judged: z.string().optional(),
  /** True where an `ask` became `deny` because nobody was there to be asked. */
  unattended: z.boolean().default(false),
})
export type Verdict = z.output<typeof Verdict>
