import { known, type Word } from './words.ts'

// A text up to a delimiter, in which a backslash takes the meaning of the next sign away.
const body = (delimiter: string) => `(?:[^\\\\${delimiter}\\n]|\\\\.)*`
const substitutions = ['/', '|', '#', ',', '!', ':'].map((sign) => {
  const delimiter = RegExp.escape(sign)
  return new RegExp(`^s${delimiter}(${body(delimiter)})${delimiter}(${body(delimiter)})${delimiter}[gimsxr]*$`)
})
const condition = /^(?:print|next|last)(?: +(?:if|unless) +(?:\/((?:[^\\/\n]|\\.)*)\/[ims]*|\$\. *[<>=!]=? *\d+|\d+ *\.\. *\d+))?$/
const options = /^-(?:[pnlw]*(?:0[0-7]*)?[pnlw]*e?|[pnlw]*(?:0[0-7]*)?[pnlw]*i(?:\.\w+)?)$/

/**
 * The call of sed that does no more than a call of Perl whose script only replaces text or chooses lines; null for every other one. Perl runs
 * what stands in `@{}`, in subscripts and in `(?{})`, and opens a file name that begins or ends with a bar as a command.
 */
export function asSed(args: readonly Word[]): readonly Word[] | null {
  const at = args.findIndex(({ value }) => value !== null && /^-[pnlw0-7]*e$/.test(value))
  const script = args[at + 1]
  const own = args.slice(0, at + 1).map(({ value }) => value ?? '?')
  if (at === -1 || script === undefined || script.glob || script.value === null || !own.every((option) => options.test(option)) || !own.some((option) => /^-[^i]*[pn]/.test(option))) return null
  const files = args.slice(at + 2)
  if (!files.every(isPlainName) || !statementsOf(script.value).every(isPlainStatement)) return null
  const edits = own.some((option) => /^-[^e]*i/.test(option))
  return [...(edits ? [known('-i', '-i')] : []), known(script.source, 'p'), known('--', '--'), ...files]
}

/** Perl opens `|program` and `program|`: a wildcard must not become such a name. */
function isPlainName({ value, glob }: Word): boolean {
  if (value === null || !/^[\w./*?@+-]+$/.test(value) || value.startsWith('-')) return false
  return !glob || (/^[\w.]/.test(value) && /\w$/.test(value))
}

function statementsOf(script: string): readonly string[] {
  return script.split(/;\s*(?=s\W|print\b|next\b|last\b|$)/).map((statement) => statement.trim()).filter((statement) => statement !== '')
}

function isPlainStatement(statement: string): boolean {
  const chosen = condition.exec(statement)
  if (chosen !== null) return isPlainPattern(chosen[1] ?? '')
  for (const substitution of substitutions) {
    const [, pattern, replacement] = substitution.exec(statement) ?? []
    if (pattern !== undefined && replacement !== undefined) return isPlainPattern(pattern) && isPlainReplacement(replacement)
  }
  return false
}

function isPlainPattern(pattern: string): boolean {
  return !/@|\(\?\??\{|\(\*|\$(?![)|]|$)/.test(pattern.replaceAll(/\\./gs, '_'))
}

function isPlainReplacement(replacement: string): boolean {
  return !/@|\$(?!\d+(?![[{\d]|->)|&)/.test(replacement.replaceAll(/\\./gs, '_'))
}
