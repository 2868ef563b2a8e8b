import picomatch from 'picomatch'

export type Matches = (text: string) => boolean

/** Whether any of the globs matches a tool's name. */
export function nameMatcher(globs: readonly string[]): Matches {
  const matchers = globs.map((glob) => picomatch(glob))
  return (name) => matchers.some((matches) => matches(name))
}

/**
 * Whether a workspace-relative path is in a list of globs; `!` takes paths out again. Letter case, Unicode twins and invisible characters
 * are ignored: on some file systems they name the same file, on the others nobody needs the difference.
 */
export function pathMatcher(globs: readonly string[]): Matches {
  const compile = (glob: string) => picomatch(glob.toLowerCase(), { dot: true })
  const wanted = globs.filter((glob) => !glob.startsWith('!')).map(compile)
  const excepted = globs.filter((glob) => glob.startsWith('!')).map((glob) => compile(glob.slice(1)))
  return (path) => {
    const folded = foldPath(path)
    return wanted.some((matches) => matches(folded)) && !excepted.some((matches) => matches(folded))
  }
}

/** Whether a glob matches one argument of a command: stars cross slashes and line ends, a leading dot is nothing special. */
export function wordMatcher(glob: string): Matches {
  if (glob === '*' || glob === '**') return () => true
  return picomatch(glob, { dot: true, bash: true, regex: false, flags: 's' })
}

/** Whether a file name that a shell's wildcard could stand for is among the names: `.e*` may be `.env`. A bare star names nothing. */
export function wildcardHits(glob: string, names: readonly string[]): boolean {
  return glob.split('/').some((segment) => {
    if (!/[*?[]/.test(segment) || /^\*+$/.test(segment)) return false
    const matches = picomatch(segment.toLowerCase(), { dot: false })
    return names.some((name) => matches(name))
  })
}

/** The first fixed name in each glob, with stars filled in: what a wildcard must not stand for. */
export function protectedNames(globs: readonly string[]): string[] {
  const names = globs.filter((glob) => !glob.startsWith('!')).map((glob) => glob.split('/').find((segment) => segment !== '**') ?? '')
  return [...new Set(names.filter((name) => name !== '').map((name) => name.toLowerCase().replaceAll('*', 'x')))]
}

function foldPath(path: string): string {
  return path.normalize('NFKC').replace(/\p{Cf}/gu, '').toLowerCase()
}
