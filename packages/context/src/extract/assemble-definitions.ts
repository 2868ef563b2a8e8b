import type { Definition } from './file-facts.ts'
import { type Captures, type Lines, type Span } from './read-captures.ts'
import { mostDefinitions, signatureOf } from './scan/draft.ts'

const ofTypes = new Set<Span['kind']>(['class', 'interface', 'enum', 'scope'])

/** Definitions in the order of their lines, each with the one that it stands in. */
export function assembleDefinitions(captures: Captures, scanned: readonly Definition[], text: string): Definition[] {
  const spans = distinct(captures.spans)
  const open: Span[] = []
  const definitions: Definition[] = []
  for (const span of spans) {
    while (open.length > 0 && (open.at(-1) as Span).end <= span.start) open.pop()
    const parent = open.at(-1)
    if (span.kind !== 'scope' && definitions.length < mostDefinitions) definitions.push(definitionOf(span, parent, text))
    open.push(span)
  }
  return withOpaque(definitions, scanned, captures.opaque)
}

/** One span for each name: the first pattern of the query wins. */
function distinct(spans: readonly Span[]): Span[] {
  const byName = new Map<number, Span>()
  const scopes: Span[] = []
  for (const span of spans) {
    const known = byName.get(span.nameAt)
    if (span.kind === 'scope') scopes.push(span)
    else if (known === undefined || span.pattern < known.pattern) byName.set(span.nameAt, span)
  }
  return [...byName.values(), ...scopes].sort((one, other) => one.start - other.start || other.end - one.end || one.nameAt - other.nameAt)
}

function definitionOf(span: Span, parent: Span | undefined, text: string): Definition {
  const inType = parent !== undefined && ofTypes.has(parent.kind)
  const kind = span.kind === 'function' && inType ? 'method' : (span.kind as Definition['kind'])
  const container = span.container ?? parent?.name
  const lineStart = text.lastIndexOf('\n', span.start) + 1
  const before = text.slice(lineStart, span.start)
  const from = /^[\s\w@]*$/.test(before) ? lineStart : span.start
  const lineEnd = text.indexOf('\n', span.nameAt)
  const to =
    span.bodyAt > span.nameAt ? span.bodyAt : lineEnd < 0 ? span.end : Math.min(lineEnd, Math.max(span.end, span.nameAt + span.name.length))
  const signature = signatureOf(text, from, to).replace(/\s*[{:]$/, '')
  const { name, startLine, endLine } = span
  return {
    name,
    kind,
    startLine,
    endLine,
    signature: signature === '' ? name : signature,
    ...(container === undefined || container === '' ? {} : { container }),
  }
}

/** Adds what the quick scan found where the grammar saw nothing but tokens. */
function withOpaque(definitions: Definition[], scanned: readonly Definition[], opaque: readonly Lines[]): Definition[] {
  if (opaque.length === 0) return definitions
  const known = new Set(definitions.map(({ name, startLine }) => `${startLine} ${name}`))
  const hidden = scanned.filter(
    ({ name, startLine }) => opaque.some(({ from, to }) => startLine >= from && startLine <= to) && !known.has(`${startLine} ${name}`),
  )
  return [...definitions, ...hidden].sort((one, other) => one.startLine - other.startLine || other.endLine - one.endLine)
}
