/** Writes whose outcome is not known, at most: of more, the oldest counts as a new one. */
const mostUnknown = 50

export interface WriteKeys {
  /** The key of a write; the same as before where the same one went out and no answer came back. */
  keyOf(write: string): string
  /** No answer came: it may have been done. */
  unanswered(write: string, key: string): void
  answered(write: string): void
}

/** Remembers the keys of writes that nobody answered, so that doing one again by hand does it once. */
export function writeKeys(newKey: () => string): WriteKeys {
  const unknown = new Map<string, string>()
  return {
    keyOf: (write) => unknown.get(write) ?? newKey(),
    unanswered(write, key) {
      unknown.set(write, key)
      const [oldest] = unknown.keys()
      if (oldest !== undefined && unknown.size > mostUnknown) unknown.delete(oldest)
    },
    answered(write) {
      unknown.delete(write)
    },
  }
}
