const separator = Buffer.from('/')
const zero = Buffer.from([0])

/** Splits what git printed with `-z`. Paths stay bytes: they need not be text. */
export function splitZero(output: Buffer): readonly Buffer[] {
  const parts: Buffer[] = []
  for (let from = 0; from < output.length; ) {
    const end = output.indexOf(0, from)
    const to = end === -1 ? output.length : end
    parts.push(output.subarray(from, to))
    from = to + 1
  }
  return parts
}

/** Joins paths for git's standard input, each ended by a zero byte. */
export function joinPaths(paths: readonly Buffer[]): Buffer {
  return Buffer.concat(paths.flatMap((path) => [path, zero]))
}

/** The absolute path of a relative one. */
export function relativeTo(root: string, path: Buffer): Buffer {
  return Buffer.concat([Buffer.from(root), separator, path])
}
