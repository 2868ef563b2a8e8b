import type { ToolCall } from '@codeforge/contracts/message'

/** Arguments that say best what a call is about, in order. */
const telling = ['command', 'path', 'file', 'pattern', 'query', 'glob', 'url', 'name']

/** What a tool call is about, in one line. */
export function callSummary({ args }: ToolCall): string {
  if (isBlob(args)) return args.preview.split('\n')[0] ?? ''
  for (const name of telling) {
    const value = args[name]
    if (typeof value === 'string' && value !== '') return value.split('\n')[0] ?? ''
  }
  const first = Object.values(args).find((value) => typeof value === 'string' && value !== '')
  return typeof first === 'string' ? first.split('\n')[0] ?? '' : ''
}

/** The arguments to read: name and text of each. */
export function callArguments({ args }: ToolCall): readonly { readonly name: string; readonly text: string }[] {
  if (isBlob(args)) return []
  return Object.entries(args).map(([name, value]) => ({ name, text: typeof value === 'string' ? value : JSON.stringify(value, null, 2) }))
}

type Args = ToolCall['args']

/** Whether the arguments are kept elsewhere, because they are large. */
export function isBlob(args: Args): args is Extract<Args, { kind: 'blob'; digest: unknown }> {
  return args['kind'] === 'blob' && 'digest' in args
}
