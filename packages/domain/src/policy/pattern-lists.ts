import { PolicyLists } from '@codeforge/contracts/policy-profile'

const mention = /<([a-z][a-z0-9-]*)>/g

type Fields = Readonly<Record<string, unknown>>

/**
 * A profile as it stands in its file with its `lists` put in: `<name>` in a pattern of a guard or rule becomes `{one,two}`. `refuse` is told what is wrong:
 * a name that no list has, since a guard that names it would match nothing, and a list that nothing names.
 */
export function withListsPutIn({ lists, ...profile }: Fields, refuse: (problem: string) => void): Fields {
  if (lists === undefined) return profile
  const parsed = PolicyLists.safeParse(lists)
  if (!parsed.success) {
    refuse('lists have a name each and patterns without braces, commas, blanks and angle brackets')
    return profile
  }
  const unused = new Set(Object.keys(parsed.data))
  const put = (text: string) => text.replaceAll(mention, (written, name: string) => {
    const items = Object.hasOwn(parsed.data, name) ? parsed.data[name] : undefined
    if (items === undefined) refuse(`no list is called ${name}`)
    unused.delete(name)
    return items === undefined ? written : `{${items.join(',')}}`
  })
  // Guards and rules alone hold patterns; examples are commands, in which `<name>` is a redirection.
  const filled = { ...profile, ...partly(profile, 'guards', 'deny', put), ...partly(profile, 'rules', 'when', put) }
  if (unused.size > 0) refuse(`no pattern names the list ${[...unused].join(', ')}`)
  return filled
}

function partly(profile: Fields, part: 'guards' | 'rules', key: 'deny' | 'when', put: (text: string) => string): Fields {
  const entries = profile[part]
  if (!Array.isArray(entries)) return {}
  return { [part]: entries.map((entry: unknown) => (isFields(entry) && key in entry ? { ...entry, [key]: mapped(entry[key], put) } : entry)) }
}

function mapped(value: unknown, put: (text: string) => string): unknown {
  if (typeof value === 'string') return put(value)
  if (Array.isArray(value)) return value.map((item) => mapped(item, put))
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapped(item, put)])) : value
}

/** Whether a value is an object with named fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
