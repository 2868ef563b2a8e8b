/** What JSONB and text columns refuse, as it looks in JSON text: NUL and halves of surrogate pairs. An escaped backslash may look alike. */
const refused = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i

/**
 * The JSON text of a value, fit for a JSONB column, and the value as it will read back. Program output may hold anything; NUL is
 * stored as its picture `␀` and half a surrogate pair as U+FFFD, because PostgreSQL refuses both and a fact must not be lost over them.
 */
export function storable<Value>(value: Value): { readonly text: string; readonly value: Value } {
  const text = JSON.stringify(value)
  if (!refused.test(text)) return { text, value }
  const cleaned = clean(value) as Value
  return { text: JSON.stringify(cleaned), value: cleaned }
}

/** The JSON text of a value, fit for a JSONB column; see `storable`. */
export function jsonb(value: unknown): string {
  return storable(value).text
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value)
  if (Array.isArray(value)) return value.map(clean)
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [plainText(key), clean(inner)]))
}

/** A text fit for a text column. */
export function plainText(text: string): string {
  return text.includes('\0') || !text.isWellFormed() ? text.toWellFormed().replaceAll('\0', '\u2400') : text
}
