import type { LogFields } from './log.ts'

/** Fields by these names hold secrets whatever their value is. `promptTokens` and the like are counts and stay. */
const secretName = /^(.*[-_.])?(authorization|cookie|set-cookie|pass(word|wd|phrase)?|secrets?|token|credentials?|private[-_]?key)$|api[-_]?key|(access|auth|bearer|refresh|session)[-_]?token|client[-_]?secret/i
const reserved: ReadonlySet<string> = new Set(['level', 'time', 'message'])
const deepest = 6
const longestText = 8192
const mostEntries = 100

/** Makes fields fit for a log line: no secret by name, plain JSON, bounded in depth and size, and never an exception. */
export function safeFields(fields: LogFields): Record<string, unknown> {
  const entries = Object.entries(safeEntries(fields, 0, new Set()))
  return Object.fromEntries(entries.map(([name, value]) => [reserved.has(name) ? `${name}_` : name, value]))
}

function safeEntries(value: object, depth: number, parents: Set<object>): Record<string, unknown> {
  const entries = Object.entries(value).slice(0, mostEntries)
  return Object.fromEntries(entries.map(([name, field]) => [name, secretName.test(name) && field !== null && field !== undefined ? '***' : safeValue(field, depth, parents)]))
}

function safeValue(value: unknown, depth: number, parents: Set<object>): unknown {
  if (typeof value === 'string') return value.length > longestText ? `${value.slice(0, longestText)}… (${value.length} characters)` : value
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value)
  if (typeof value === 'function') return '[function]'
  if (typeof value !== 'object' || value === null) return value
  if (parents.has(value)) return '[circular]'
  if (depth >= deepest) return '[deep]'
  try {
    return safeObject(value, depth + 1, new Set([...parents, value]))
  } catch {
    return '[unreadable]' // a getter or toJSON of somebody else threw; the log line must still come out
  }
}

function safeObject(value: object, depth: number, parents: Set<object>): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString()
  if (value instanceof Error) return safeError(value, depth, parents)
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) return value.slice(0, mostEntries).map((item) => safeValue(item, depth, parents))
  if (value instanceof Map) return safeEntries(Object.fromEntries(value), depth, parents)
  if (value instanceof Set) return safeValue([...value], depth, parents)
  if ('toJSON' in value && typeof value.toJSON === 'function') return safeValue(value.toJSON(), depth, parents)
  return safeEntries(value, depth, parents)
}

function safeError(error: Error, depth: number, parents: Set<object>): unknown {
  return {
    name: error.name,
    message: safeValue(error.message, depth, parents),
    stack: error.stack,
    ...safeEntries(error, depth, parents),
    ...(error.cause === undefined ? {} : { cause: safeValue(error.cause, depth, parents) }),
  }
}
