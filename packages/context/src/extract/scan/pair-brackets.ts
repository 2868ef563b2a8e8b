import type { Tokens } from './tokens.ts'

const open = new Map([
  [41, 40],
  [93, 91],
  [125, 123],
])

interface Branch {
  /** Token of its `#if`. */
  readonly since: number
  /** Brackets that were open then; null where it is nested too deep to be followed. */
  readonly before: readonly number[] | null
}

const mostBranches = 30

/**
 * Tells each bracket its partner. A bracket that closes nothing has none; one that closes an outer bracket leaves those
 * within without. `#else` starts again from where its `#if` stood, since both branches may open the same brace.
 */
export function pairBrackets(tokens: Tokens, preprocessor: boolean): void {
  const { kinds, partners } = tokens
  let stack: number[] = []
  const branches: Branch[] = []
  for (let at = 0; at < tokens.count; at++) {
    partners[at] = -1
    const kind = kinds[at] as number
    if (kind === 123 || kind === 40 || kind === 91) stack.push(at)
    else if (kind === 125 || kind === 41 || kind === 93) close(stack, at, open.get(kind) ?? 0, tokens)
    else if (preprocessor && kind === 35 && tokens.leads(at)) stack = branch(tokens, at, stack, branches)
  }
}

function close(stack: number[], at: number, opener: number, tokens: Tokens): void {
  let top = stack.length - 1
  while (top >= 0 && tokens.kinds[stack[top] as number] !== opener) top -= 1
  // What closes nothing leaves the stack as high as it was, so that the way down it may be walked again and again.
  if (top < 0) return tokens.spend(stack.length)
  const partner = stack[top] as number
  stack.length = top
  tokens.partners[partner] = at
  tokens.partners[at] = partner
}

function branch(tokens: Tokens, at: number, stack: number[], branches: Branch[]): number[] {
  const word = tokens.kind(at + 1) === 1 ? tokens.slice(at + 1) : ''
  if (word.startsWith('if')) {
    tokens.spend(stack.length)
    branches.push({ since: at, before: branches.length < mostBranches ? [...stack] : null })
  } else if (word === 'else' || word === 'elif') return otherBranch(tokens, at, stack, branches.at(-1))
  else if (word === 'endif') branches.pop()
  return stack
}

function otherBranch(tokens: Tokens, at: number, stack: number[], branch: Branch | undefined): number[] {
  if (branch === undefined || branch.before === null) return stack
  tokens.spend(stack.length + branch.before.length)
  // What this branch opened ends with it: the other branch opens it again.
  for (let top = stack.length - 1; top >= 0 && (stack[top] as number) > branch.since; top--) tokens.partners[stack[top] as number] = at
  return [...branch.before]
}
