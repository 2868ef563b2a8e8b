import type { DefinitionKind } from '../file-facts.ts'

/** How the parts of a language that the quick scan goes by are written. */
export interface Syntax {
  /** How bodies are bounded: by braces, by indentation (also where a word like `end` closes them), or not at all. */
  readonly bodies: 'braces' | 'indentation' | 'none'
  /** Comments to the end of the line. */
  readonly lineComments?: readonly string[]
  readonly blockComments?: readonly (readonly [open: string, close: string])[]
  /** Characters that open and close a string with backslash escapes. */
  readonly quotes?: string
  /** Those of them whose strings may go over several lines. */
  readonly longQuotes?: string
  /** Three quotes in a row open a string that only three close. */
  readonly tripleQuotes?: boolean
  /** Peculiarities that the tokeniser knows. */
  readonly features?: readonly SyntaxFeature[]
  /** Characters that belong to words besides letters, digits, `_` and everything beyond ASCII. */
  readonly wordCharacters?: string
  /** Words that declare what is named after them. */
  readonly declares?: Readonly<Record<string, DefinitionKind>>
  /** How functions without such a word look: after a type (`int f() {`), or by brackets and body alone (`f() {`). */
  readonly functions?: 'typed' | 'members'
  /** Words that are part of the language, and so refer to nothing. */
  readonly keywords: string
  /** Words that may stand before a name or a type in a declaration. */
  readonly modifiers?: string
  /** Which of the ways to take something from elsewhere it has. */
  readonly imports?: ImportStyle
}

/** Peculiar tokens: regular expressions, strings and comments that need more than a pair of quotes. */
export type SyntaxFeature =
  | 'regex' // /a/ where a value may begin
  | 'template' // `a ${b}`
  | 'lifetimes' // 'a is not a character
  | 'rust-raw' // r#"a"#
  | 'cpp-raw' // R"x(a)x"
  | 'verbatim' // @"a""b"
  | 'raw-backtick' // `a`, nothing escaped
  | 'heredoc' // <<EOF
  | 'long-brackets' // [[a]], --[[a]]
  | 'preprocessor' // #define, #if
  | 'question-words' // empty?, save!
  | 'ruby-percent' // %w[a b]
  | 'ruby-blocks' // =begin, =end
  | 'char-or-quote' // 'a' is a character, otherwise ' is part of nothing

export type ImportStyle =
  | 'ecmascript'
  | 'python'
  | 'go'
  | 'rust'
  | 'java'
  | 'include'
  | 'csharp'
  | 'ruby'
  | 'php'
  | 'lua'
  | 'shell'
  | 'css'
  | 'elixir'
  | 'r'
  | 'dotted'
