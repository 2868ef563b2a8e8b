import { z } from 'zod'

/** How much of a long conversation a model still sees. */
export const HistoryStrategy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unbounded') }),
  z.strictObject({ kind: z.literal('buffered'), messages: z.int().min(2) }),
  z.strictObject({ kind: z.literal('token-limited'), tokens: z.int().min(500) }),
  z.strictObject({ kind: z.literal('head-and-tail'), head: z.int().min(1), tail: z.int().min(1) }),
])
export type HistoryStrategy = z.output<typeof HistoryStrategy>

/** Changes what is sent, never what is recorded. Applied in order. */
export const HistoryProcessor = z.discriminatedUnion('kind', [
  /** Older observations become a one-line summary. */
  z.strictObject({ kind: z.literal('last-observations'), keep: z.int().min(1) }),
  /** A view of a file that was read or changed again later becomes a line that says so. */
  z.strictObject({ kind: z.literal('closed-window') }),
  /** Marks for the provider's prompt cache on the last so many messages. */
  z.strictObject({ kind: z.literal('cache-control'), last: z.int().min(1).max(4) }),
  z.strictObject({ kind: z.literal('remove-regex'), patterns: z.array(z.string().min(1)).min(1) }),
])
export type HistoryProcessor = z.output<typeof HistoryProcessor>

/** A way of working: its tools, its prompt, its model scenario. A YAML file in `modes/`. */
export const ModeFile = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/).max(60),
  name: z.string().min(1).max(100),
  description: z.string().min(1).max(1000),
  /** Globs over tool names; what is not named does not exist for this mode. */
  tools: z.array(z.string().min(1)).min(1),
  scenario: z.enum(['default', 'background', 'think', 'longContext']).default('default'),
  /** 1 supervised, 2 semi_auto, 3 auto_edit, 4 full_auto, 5 headless. Up to 3, runs that do not say otherwise are attended. */
  autonomy: z.int().min(1).max(5).default(4),
  /** File of the system prompt (liquid) beside the mode file. */
  prompt: z.string().min(1),
  /** Most tokens of one reply. */
  maxOutputTokens: z.int().min(1).default(4096),
  temperature: z.number().min(0).max(2).default(0),
  history: HistoryStrategy.default({ kind: 'unbounded' }),
  processors: z.array(HistoryProcessor).default([]),
  /** Whether results of this mode are changes to files; a mode that only reads delivers a text. */
  edits: z.boolean().default(true),
})
export type ModeFile = z.output<typeof ModeFile>

/** A mode with the text of its prompt template, as it is pinned to a run. */
export const Mode = ModeFile.extend({ promptTemplate: z.string().min(1) })
export type Mode = z.output<typeof Mode>
