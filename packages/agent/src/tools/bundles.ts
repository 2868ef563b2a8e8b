import type { ToolArgument, ToolBundle, ToolDeclaration } from '@codeforge/contracts/tool-bundle'
import type { ToolDefinition } from '@codeforge/ports/llm'
import picomatch from 'picomatch'

export type DeclaredTools = ReadonlyMap<string, ToolDeclaration>

/** The tools that a mode knows: what its globs do not name does not exist for it. */
export function toolsOfMode(bundles: readonly ToolBundle[], globs: readonly string[]): DeclaredTools {
  const matches = picomatch([...globs])
  return new Map(bundles.flatMap((bundle) => Object.entries(bundle.tools)).filter(([name]) => matches(name)))
}

/** Declarations in the shape of function calling. */
export function toolDefinitions(tools: DeclaredTools): readonly ToolDefinition[] {
  return [...tools].map(([name, declaration]) => ({ name, description: declaration.docstring, parameters: parametersOf(declaration) }))
}

function parametersOf(declaration: ToolDeclaration): Readonly<Record<string, unknown>> {
  return {
    type: 'object',
    properties: Object.fromEntries(declaration.arguments.map((argument) => [argument.name, propertyOf(argument)])),
    required: declaration.arguments.filter((argument) => argument.required).map((argument) => argument.name),
    additionalProperties: false,
  }
}

function propertyOf({ type, items, enum: choices, description }: ToolArgument): Readonly<Record<string, unknown>> {
  return {
    type,
    description,
    ...(choices ? { enum: choices } : {}),
    ...(type === 'array' ? { items: items ? { type: items } : {} } : {}),
  }
}
