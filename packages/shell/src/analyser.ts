import type { ShellAnalysis, ShellWord, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import { fileURLToPath } from 'node:url'
import { Language, Parser } from 'web-tree-sitter'
import { unaccounted } from './accounting.ts'
import { compileCore } from './compile-core.ts'
import { isAnchored, joinPath } from './directories.ts'
import { usesItsLinks } from './links.ts'
import { runsWhatItWrites } from './own-scripts.ts'
import { readPlainScript } from './plain-script.ts'
import { giveUp, limits, walkSequence, type ShellState } from './state.ts'
import { walkTraps } from './builtins.ts'
import { walkUncalled } from './compound.ts'
import { walkStatement } from './statements.ts'
import { copyTree, type SyntaxNode } from './syntax.ts'

/** Kept, so that each thread that loads it finds it compiled. */
let core: object | undefined

/** Loads the grammar once; the function it gives says what a command would execute. It never throws, whatever the text. */
export async function createShellAnalyser(): Promise<(command: string) => ShellAnalysis> {
  core ??= compileCore()
  await Parser.init()
  const grammar = import.meta.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm')
  const language = await Language.load(fileURLToPath(grammar))
  const parser = new Parser()
  parser.setLanguage(language)
  return (command) => {
    try {
      return analyse(parser, command)
    } catch (error) {
      // Whatever went wrong, the command is not understood and so never allowed.
      return unknownWhole(`the analysis failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

function unknownWhole(reason: string): ShellAnalysis {
  return { commands: [], redirects: [], unknown: [reason] }
}

function analyse(parser: Parser, command: string): ShellAnalysis {
  const refused = refuse(command)
  if (refused !== null) return unknownWhole(refused)
  const roots: SyntaxNode[] = []
  const state: ShellState = {
    found: { commands: [], redirects: [], unknown: new Set(), movesPwd: false, moves: false, keepsGoing: false, endsThere: false, traps: [] },
    variables: new Map(),
    volatile: new Set(),
    directories: ['.'],
    pushed: [],
    previous: undefined,
    input: null,
    stdin: null,
    endsOnFailure: false,
    piped: false,
    functions: new Map(),
    aliases: new Map(),
    defined: [],
    recursive: new Set(),
    depth: 0,
    walk: walkStatement,
    parse: (text, use) => refuse(text) === null && parseInto(parser, text, (root) => {
      roots.push(root)
      state.found.movesPwd ||= setsPwd(text)
      use(root)
    }),
  }
  if (!state.parse(command, (root) => {
    walkSequence(state, root)
    walkUncalled(state)
    walkTraps(state, () => roots.map(({ text }) => text).join('\n'))
  })) return unknownWhole('it cannot be parsed')
  const own = runsWhatItWrites(state.found)
  if (own !== null) giveUp(state, `it writes ${own} and runs it`)
  if (usesItsLinks(state.found)) giveUp(state, 'it makes a link and goes on')
  // What is unknown already needs no second look.
  if (state.found.unknown.size === 0) for (const root of roots) giveUpAt(state, unaccounted(root))
  return { commands: state.found.commands.map(asSeen), redirects: state.found.redirects, unknown: [...state.found.unknown] }
}

/** Outside of the analysis a path that means the same everywhere is seen from where the text starts, as all others are. */
function asSeen(command: SimpleCommand): SimpleCommand {
  const isFixed = ({ value }: ShellWord) => value !== null && isAnchored(value)
  if (!command.args.some(isFixed)) return command
  return { ...command, args: command.args.map((word) => (isFixed(word) ? { ...word, value: joinPath('.', word.value ?? ''), prefix: joinPath('.', word.value ?? '') } : word)) }
}

function giveUpAt(state: ShellState, reason: string | null): void {
  if (reason !== null) giveUp(state, reason)
}

/** Whether a text names the variable PWD other than to read it. */
function setsPwd(text: string): boolean {
  return text.includes('PWD') && /PWD\b/.test(text.replaceAll(/\$(PWD\b|\{PWD\})/g, ''))
}

/** Why a text is not even parsed: too long, or with characters that people do not see and bash may. */
function refuse(text: string): string | null {
  if (text.length <= limits.characters && /^[\t\n -~]*$/.test(text)) return null
  if (text.length > limits.characters) return `it is longer than ${limits.characters} characters`
  // eslint-disable-next-line no-control-regex -- exactly the control characters are what must not be there
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) return 'it has control characters'
  if (/[\p{Cf}\p{Cs}\u2028\u2029\u0085\u00a0\ufffd]/u.test(text)) return 'it has invisible characters'
  return null
}

/**
 * A text with the line end that bash takes the end of a text for. Without it the grammar tries to mend the end of a pipeline of three: that
 * takes ten times as long as reading it. After a backslash a line end would mean something else.
 */
function ended(text: string): string {
  return text.endsWith('\n') || text.endsWith('\\') ? text : `${text}\n`
}

function parseInto(parser: Parser, given: string, use: (root: SyntaxNode) => void): boolean {
  const text = ended(given)
  const root = readPlainScript(text) ?? parsed(parser, text)
  if (root === null) return false
  use(root)
  return true
}

function parsed(parser: Parser, text: string): SyntaxNode | null {
  const tree = parser.parse(text)
  if (tree === null) return null
  try {
    return tree.rootNode.hasError ? null : copyTree(tree, text, limits.nodeDepth)
  } finally {
    tree.delete()
  }
}
