/** A string as one word of a POSIX shell. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Several strings as words of a POSIX shell. */
export const quoteAll = (words: readonly string[]): string => words.map(quote).join(' ')
