import { z } from 'zod'

export const ToolArgument = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  type: z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object']),
  /** Type of the items where `type` is array. */
  items: z.enum(['string', 'integer', 'number', 'boolean', 'object']).optional(),
  enum: z.array(z.string()).optional(),
  required: z.boolean().default(false),
  description: z.string().min(1),
})
export type ToolArgument = z.output<typeof ToolArgument>

export const ToolDeclaration = z.strictObject({
  docstring: z.string().min(1),
  /** Reading calls of one turn may run side by side; writing calls run one after another. */
  effect: z.enum(['read', 'write']),
  arguments: z.array(ToolArgument).default([]),
})
export type ToolDeclaration = z.output<typeof ToolDeclaration>

/** `config.yaml` of a folder in `tools-bundles/`. */
export const ToolBundle = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  description: z.string().min(1),
  tools: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), ToolDeclaration),
})
export type ToolBundle = z.output<typeof ToolBundle>
