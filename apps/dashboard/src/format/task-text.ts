/** What was asked of an agent, apart from what a program found about the repository; null where nothing was found or the text is kept elsewhere. */
export function splitContext(text: unknown): { readonly task: string; readonly context: string } | null {
  if (typeof text !== 'string') return null
  // The last one: a task may speak of the mark itself.
  const place = text.lastIndexOf('\n\n<relevant-context>\n')
  if (place < 0) return null
  const context = text.slice(place).replace('\n\n<relevant-context>\n', '').replace(/\n<\/relevant-context>[^]*$/, '')
  return { task: text.slice(0, place), context }
}
