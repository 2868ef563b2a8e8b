const mostMentioned = 5

/** The files that a task names, by path or by a name that is unique enough. */
export function mentionedPaths(prompt: string, paths: readonly string[]): readonly string[] {
  const words = new Set(prompt.match(/[\w./-]*[\w-]+\.[A-Za-z]\w{0,9}/g)?.map((word) => word.replace(/^\.?\//, '')) ?? [])
  const exact = paths.filter((path) => words.has(path))
  const byEnd = paths.filter((path) => !exact.includes(path) && [...words].some((word) => path.endsWith(`/${word}`)))
  return [...exact, ...byEnd].slice(0, mostMentioned)
}
