import { Config } from '@codeforge/contracts/config'
import { z } from 'zod'

/** Every setting as its path, such as `['server', 'port']`; sections and tables are walked, values are not. */
export const settingPaths: readonly (readonly string[])[] = walk(Config, [])

function walk(schema: z.ZodType, path: readonly string[]): (readonly string[])[] {
  const inner = unwrap(schema)
  if (!(inner instanceof z.ZodObject) || isSecret(inner)) return [path]
  return Object.entries(inner.shape).flatMap(([key, child]) => walk(child as z.ZodType, [...path, key]))
}

function isSecret(schema: z.ZodObject): boolean {
  return Object.keys(schema.shape).join() === 'env'
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) {
    return unwrap(schema.unwrap() as z.ZodType)
  }
  return schema
}
