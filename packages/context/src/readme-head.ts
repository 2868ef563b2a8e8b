import type { ReadableFiles } from './readable-files.ts'

const linesOfReadme = 40

/** The beginning of the README at the top of a repository. */
export async function readmeHead(files: ReadableFiles, paths: readonly string[]) {
  const path = paths.find((candidate) => /^readme(\.\w+)?$/i.test(candidate))
  const text = path === undefined ? null : await files.readText(path).catch(() => null)
  if (path === undefined || text === null) return []
  return [
    { source: path, reason: 'what the project says of itself', text: text.split('\n').slice(0, linesOfReadme).join('\n'), share: 0.25 },
  ]
}
