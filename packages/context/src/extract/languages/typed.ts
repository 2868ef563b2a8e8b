import type { Language } from '../languages.ts'
import type { Syntax } from '../scan/syntax.ts'

const slashes = { lineComments: ['//'], blockComments: [['/*', '*/']] } as const
const vscode = '@vscode/tree-sitter-wasm/wasm'
const cTypes =
  'void int char short long float double signed unsigned bool size_t const volatile static extern inline register auto restrict'

const c: Syntax = {
  ...slashes,
  bodies: 'braces',
  quotes: `"'`,
  features: ['preprocessor'],
  functions: 'typed',
  declares: { struct: 'class', union: 'class', enum: 'enum' },
  keywords:
    'auto break case char const continue default do double else extern float for goto if inline int long register restrict return short signed sizeof static switch typedef unsigned void volatile while define include ifdef ifndef endif undef pragma elif defined NULL true false import',
  modifiers: cTypes,
  imports: 'include',
}

export const typedLanguages: readonly Language[] = [
  { id: 'c', extensions: ['.c', '.h'], syntax: c, grammar: 'tree-sitter-c/tree-sitter-c.wasm' },
  {
    id: 'cpp',
    extensions: ['.cc', '.cpp', '.cxx', '.hpp', '.hh', '.hxx', '.ipp', '.inl', '.cu', '.cuh', '.ino'],
    syntax: {
      ...c,
      features: ['preprocessor', 'cpp-raw'],
      declares: { struct: 'class', union: 'class', enum: 'enum', class: 'class', namespace: 'module', concept: 'type' },
      keywords: `${c.keywords} bool catch const_cast constexpr decltype delete dynamic_cast explicit export false final friend mutable new noexcept nullptr operator override private protected public reinterpret_cast requires static_assert static_cast template this throw try typeid typename using virtual co_await co_return co_yield and or not std`,
      modifiers: `${cTypes} virtual explicit constexpr friend public private protected typename`,
    },
    grammar: `${vscode}/tree-sitter-cpp.wasm`,
    queries: ['c', 'cpp'],
  },
  {
    id: 'java',
    extensions: ['.java'],
    syntax: {
      ...slashes,
      bodies: 'braces',
      quotes: `"'`,
      tripleQuotes: true,
      functions: 'typed',
      declares: { class: 'class', interface: 'interface', enum: 'enum', record: 'class' },
      keywords:
        'abstract assert boolean break byte case catch char const continue default do double else extends final finally float for goto if implements import instanceof int long native new package private protected public return short static strictfp super switch synchronized this throw throws transient try void volatile while true false null var permits sealed',
      modifiers: 'public private protected static final abstract synchronized native default strictfp transient volatile sealed',
      imports: 'java',
    },
    grammar: `${vscode}/tree-sitter-java.wasm`,
  },
  {
    id: 'csharp',
    extensions: ['.cs'],
    syntax: {
      ...slashes,
      bodies: 'braces',
      quotes: `"'`,
      tripleQuotes: true,
      features: ['verbatim', 'preprocessor'],
      functions: 'typed',
      declares: {
        class: 'class',
        struct: 'class',
        interface: 'interface',
        enum: 'enum',
        record: 'class',
        namespace: 'module',
        delegate: 'type',
      },
      keywords:
        'abstract as base bool break byte case catch char checked const continue decimal default do double else event explicit extern false finally fixed float for foreach goto if implicit in int internal is lock long new null object operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while async await var get set value yield where partial nameof when',
      modifiers:
        'public private protected internal static sealed abstract virtual override readonly partial async extern unsafe new const volatile event explicit implicit',
      imports: 'csharp',
    },
    grammar: `${vscode}/tree-sitter-c-sharp.wasm`,
  },
  {
    id: 'dart',
    extensions: ['.dart'],
    syntax: {
      ...slashes,
      bodies: 'braces',
      quotes: `"'`,
      tripleQuotes: true,
      functions: 'typed',
      declares: { class: 'class', mixin: 'class', enum: 'enum', extension: 'module', typedef: 'type' },
      keywords:
        'abstract as assert async await break case catch const continue default do dynamic else export extends external factory false final finally for get if implements import in is late library new null on operator part required rethrow return set show static super switch sync this throw true try var void while with yield int double bool String num',
      modifiers: 'abstract static final external late factory const sealed base',
      imports: 'dotted',
    },
  },
]
