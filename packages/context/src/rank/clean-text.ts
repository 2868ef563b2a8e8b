const trailer =
  /^\s*(signed-off-by|co-authored-by|reviewed-by|acked-by|tested-by|reported-by|suggested-by|approved-by|cc|change-id|pr-url|git-svn-id|closes|bug|ref)\s*:/i

/** A task or a commit message without what names people, links and commits. */
export function withoutTrailers(text: string): string {
  const lines = text.split('\n').filter((line) => !trailer.test(line))
  return lines
    .join('\n')
    .replace(/https?:\/\/\S+/g, ' ')
    .replace(/\b[0-9a-f]{7,40}\b/g, ' ')
    .replace(/<[^>\s]+@[^>\s]+>/g, ' ')
}
