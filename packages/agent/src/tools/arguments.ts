import type { Json } from '@codeforge/contracts/blob'
import type { ToolArgument, ToolDeclaration } from '@codeforge/contracts/tool-bundle'
import { z } from 'zod'
import type { ToolArguments } from './tool.ts'

const scalars = { string: z.string(), integer: z.int(), number: z.number(), boolean: z.boolean(), object: z.record(z.string(), z.json()) } as const

/** Checks a call's arguments against the tool's declaration; a sentence per mistake where they do not fit. */
export function checkArguments(declaration: ToolDeclaration, args: Readonly<Record<string, Json>>): { readonly args: ToolArguments } | { readonly mistakes: string } {
  const parsed = schemaFor(declaration).safeParse(withoutNulls(args))
  if (parsed.success) return { args: parsed.data as ToolArguments }
  const mistakes = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`)
  return { mistakes: `${mistakes.join('; ')}. Expected: ${declaration.arguments.map(describe).join(', ') || 'no arguments'}.` }
}

/** Declarations do not change while the process lives. */
const schemas = new WeakMap<ToolDeclaration, z.ZodType>()

function schemaFor(declaration: ToolDeclaration): z.ZodType {
  const known = schemas.get(declaration)
  if (known) return known
  const schema = z.strictObject(Object.fromEntries(declaration.arguments.map((argument) => [argument.name, schemaOf(argument)])))
  schemas.set(declaration, schema)
  return schema
}

function schemaOf(argument: ToolArgument): z.ZodType {
  const schema = argument.enum ? z.enum(argument.enum as [string, ...string[]]) : plainSchema(argument)
  return argument.required ? schema : schema.optional()
}

function plainSchema(argument: ToolArgument): z.ZodType {
  return argument.type === 'array' ? z.array(argument.items ? scalars[argument.items] : z.json()) : scalars[argument.type]
}

/** Models say null where they mean to leave an argument out. */
function withoutNulls(args: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null))
}

function describe(argument: ToolArgument): string {
  return `${argument.name} (${argument.type}${argument.required ? '' : ', optional'})`
}

/** A text argument; empty where it is absent. */
export function textOf(args: ToolArguments, name: string): string {
  const value = args[name]
  return typeof value === 'string' ? value : ''
}

/** A number argument; the default where it is absent. */
export function numberOf(args: ToolArguments, name: string, otherwise: number): number {
  const value = args[name]
  return typeof value === 'number' ? value : otherwise
}
