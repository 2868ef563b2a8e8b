import picomatch from 'picomatch'

export type Matches = (text: string) => boolean

/** Whether any of the globs matches a name, such as that of a tool. */
export function nameMatcher(globs: readonly string[]): Matches {
  const names = new Set(globs.filter((glob) => !/[*?[\]{}()!+@\\]/.test(glob)))
  const matchers = globs.filter((glob) => !names.has(glob)).map((glob) => picomatch(glob))
  return (name) => names.has(name) || matchers.some((matches) => matches(name))
}

const plainWord = /^[\w./:=@,+%-]+$/

/**
 * Whether a glob matches one word of a command. A star stands for any characters, slashes and line ends among them; `?` for one, `[abc]` and
 * `[!abc]` for one of a set, `{one,two}` for one of several; a backslash takes the meaning away. A leading dot is nothing special.
 */
export function wordMatcher(glob: string): Matches {
  if (glob === '*' || glob === '**') return () => true
  if (plainWord.test(glob)) return (word) => word === glob
  const list = /^\{([^{}]+)\}$/.exec(glob)?.[1]?.split(',')
  if (list?.every((item) => plainWord.test(item)) === true) {
    const words = new Set(list)
    return (word) => words.has(word)
  }
  const start = /^([^*]+)\*$/.exec(glob)?.[1]
  if (start !== undefined && plainWord.test(start)) return (word) => word.startsWith(start)
  const expression = new RegExp(`^(?:${expressionOf(glob)})$`, 's')
  return (word) => expression.test(word)
}

const tokens = /\\(.)|\[(!?)([^\]]+)\]|\*+|[?{},]|[^\\[*?{},]+|./gs

function expressionOf(glob: string): string {
  let open = 0
  return glob.replaceAll(tokens, (token, escaped: string | undefined, negated: string | undefined, characters: string | undefined) => {
    if (escaped !== undefined) return RegExp.escape(escaped)
    if (characters !== undefined) return `[${negated === '!' ? '^' : ''}${characters.replaceAll(/[\\^\]]/g, '\\$&')}]`
    if (token.startsWith('*')) return '.*'
    if (token === '?') return '.'
    if (token === '{') return (open += 1, '(?:')
    if (token === '}' && open > 0) return (open -= 1, ')')
    return token === ',' && open > 0 ? '|' : RegExp.escape(token)
  })
}

/** Whether a file name that a shell's wildcard could stand for is among the names: `.e*` may be `.env`. A bare star names nothing. */
export function wildcardHits(glob: string, names: readonly string[]): boolean {
  return glob.split('/').some((spelled) => {
    if (!/[*?[]/.test(spelled) || /^\*+$/.test(spelled)) return false
    const segment = spelled.toLowerCase()
    const candidates = likely(segment, names)
    if (candidates.length === 0) return false
    const matches = segmentMatcher(segment)
    return candidates.some((name) => matches(name))
  })
}

function segmentMatcher(segment: string): Matches {
  // A leading wildcard stands for the dot as well where find, git or rg read it: `*.env` is `.env` to them.
  const dot = /^(\*+\.|\?)/.test(segment)
  if (!/^[\w.*?-]+$/.test(segment)) return picomatch(negated(segment), { dot, posix: true })
  return (name) => (dot || !name.startsWith('.') || segment.startsWith('.')) && standsFor(segment, name)
}

/** To the shell `[!x]` is every character but x; the library knows that only as `[^x]`. */
function negated(glob: string): string {
  return glob.replaceAll('[!', '[^')
}

/** Whether stars and question marks in a glob can stand for what a name has in their places. */
function standsFor(glob: string, name: string): boolean {
  let star = -1
  let resume = 0
  let at = 0
  for (let index = 0; index < name.length; ) {
    const sign = glob.charAt(at)
    if (sign === '*') {
      star = at
      at += 1
      resume = index
    } else if (sign !== '' && (sign === '?' || sign === name.charAt(index))) {
      at += 1
      index += 1
    } else if (star !== -1) {
      at = star + 1
      resume += 1
      index = resume
    } else return false
  }
  return /^\**$/.test(glob.slice(at))
}

/** The names that have the fixed beginning and end of a wildcard: mostly none, so that no expression must be made. */
function likely(segment: string, names: readonly string[]): readonly string[] {
  const [, start = '', end = ''] = /^([\w.-]*)[\w.*?-]*[*?]([\w.-]*)$/.exec(segment) ?? []
  return names.filter((name) => name.startsWith(start) && name.endsWith(end))
}

// What a star at the end of a protected name may stand for, as far as a wildcard is held against it.
const endings = ['', 'x', '.x', 'rc', '.local', '-x']

/** Names in each glob with stars filled in: what a wildcard must not stand for. */
export function protectedNames(globs: readonly string[]): string[] {
  const names = globs.filter((glob) => !glob.startsWith('!')).map((glob) => glob.toLowerCase().split('/').find((segment) => segment !== '**') ?? '')
  return [...new Set(names.filter((name) => name !== '').flatMap((name) => {
    const filled = /^[^*]+\*$/.test(name) ? endings.map((ending) => name.slice(0, -1) + ending) : [name]
    return filled.map((text) => text.replaceAll('*', 'x'))
  }))]
}
