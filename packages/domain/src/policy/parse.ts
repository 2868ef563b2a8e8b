import { CodeForgeError } from '@codeforge/contracts/error-code'
import { ModeFile } from '@codeforge/contracts/mode'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { ToolBundle } from '@codeforge/contracts/tool-bundle'
import { parse } from 'yaml'
import { z } from 'zod'
import { profileFile, type BaseOf } from './profile-file.ts'

/** What a text in YAML says; fails where it is none. */
export type ReadYaml = (text: string) => unknown

/** Reads it with the library. */
export const readYaml: ReadYaml = (text) => parse(text, { maxAliasCount: 50 }) as unknown // aliases could make a small file huge; none of ours needs many

/** Reads a policy profile from YAML. Its examples are not run here: `checkExamples` does that. `baseOf`: the profiles that it may build on; `read`: what the text says. */
export function parsePolicy(text: string, source: string, baseOf: BaseOf = () => undefined, read: ReadYaml = readYaml): PolicyProfile {
  return parseYaml(profileFile(baseOf), text, source, 'policy-invalid', read)
}

/** Reads a mode from YAML; expressions of its processors must compile. */
export function parseMode(text: string, source: string): ModeFile {
  const mode = parseYaml(ModeFile, text, source, 'invalid-config')
  for (const processor of mode.processors) {
    if (processor.kind !== 'remove-regex') continue
    for (const pattern of processor.patterns) compileOrExplain(pattern, source)
  }
  return mode
}

/** Reads a tool bundle from YAML. */
export function parseToolBundle(text: string, source: string): ToolBundle {
  return parseYaml(ToolBundle, text, source, 'invalid-config')
}

function compileOrExplain(pattern: string, source: string): void {
  try {
    new RegExp(pattern, 'gu')
  } catch (cause) {
    throw new CodeForgeError('invalid-config', `${source}: ${JSON.stringify(pattern)} is no regular expression`, { cause })
  }
}

function parseYaml<Schema extends z.ZodType>(schema: Schema, text: string, source: string, code: 'policy-invalid' | 'invalid-config', read: ReadYaml = readYaml): z.output<Schema> {
  let raw: unknown
  try {
    raw = read(text)
  } catch (cause) {
    throw new CodeForgeError(code, `${source} is not YAML: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
  const parsed = schema.safeParse(raw)
  if (!parsed.success) throw new CodeForgeError(code, `${source}: ${z.prettifyError(parsed.error)}`, { cause: parsed.error })
  return parsed.data
}
