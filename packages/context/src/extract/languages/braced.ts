import type { Language } from '../languages.ts'
import type { Syntax } from '../scan/syntax.ts'

const slashes = { lineComments: ['//'], blockComments: [['/*', '*/']] } as const
const vscode = '@vscode/tree-sitter-wasm/wasm'

const ecmascript: Syntax = {
  ...slashes,
  bodies: 'braces',
  quotes: `'"`,
  features: ['regex', 'template'],
  wordCharacters: '$#',
  functions: 'members',
  declares: { function: 'function', class: 'class' },
  keywords:
    'if else for while do switch case default break continue return throw try catch finally new delete typeof instanceof in of void this super null undefined true false const let var import export from as require yield await with debugger extends',
  modifiers: 'async static get set export',
  imports: 'ecmascript',
}

const typescript: Syntax = {
  ...ecmascript,
  declares: {
    function: 'function',
    class: 'class',
    interface: 'interface',
    type: 'type',
    enum: 'enum',
    namespace: 'module',
    module: 'module',
  },
  keywords: `${ecmascript.keywords} implements keyof infer is asserts satisfies string number boolean any unknown never object symbol bigint`,
  modifiers: 'async static get set export public private protected readonly abstract override declare accessor const',
}

export const bracedLanguages: readonly Language[] = [
  {
    id: 'typescript',
    extensions: ['.ts', '.mts', '.cts'],
    interpreters: ['ts-node', 'tsx', 'deno'],
    syntax: typescript,
    grammar: `${vscode}/tree-sitter-typescript.wasm`,
    queries: ['ecmascript', 'typescript'],
  },
  { id: 'tsx', extensions: ['.tsx'], syntax: typescript, grammar: `${vscode}/tree-sitter-tsx.wasm`, queries: ['ecmascript', 'typescript'] },
  {
    id: 'javascript',
    extensions: ['.js', '.mjs', '.cjs', '.jsx'],
    interpreters: ['node', 'nodejs', 'bun'],
    syntax: ecmascript,
    grammar: `${vscode}/tree-sitter-javascript.wasm`,
    queries: ['ecmascript', 'javascript'],
  },
  {
    id: 'go',
    extensions: ['.go'],
    syntax: {
      ...slashes,
      bodies: 'braces',
      quotes: `"'`,
      features: ['raw-backtick'],
      declares: { func: 'function', type: 'type' },
      keywords:
        'break case chan const continue default defer else fallthrough for go goto if import interface map package range return select struct switch var nil true false iota string int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr byte rune bool error any float32 float64 complex64 complex128 make new len cap append copy delete panic recover',
      imports: 'go',
    },
    grammar: `${vscode}/tree-sitter-go.wasm`,
  },
  {
    id: 'rust',
    extensions: ['.rs'],
    syntax: {
      ...slashes,
      bodies: 'braces',
      quotes: `"'`,
      longQuotes: '"',
      features: ['lifetimes', 'rust-raw'],
      declares: {
        fn: 'function',
        struct: 'class',
        union: 'class',
        enum: 'enum',
        trait: 'interface',
        type: 'type',
        mod: 'module',
        impl: 'module',
        macro_rules: 'function',
      },
      keywords:
        'as async await break const continue crate dyn else extern for if in let loop match move mut pub ref return self Self static super unsafe use where while true false i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 bool char str',
      modifiers: 'pub async unsafe extern default',
      imports: 'rust',
    },
    grammar: `${vscode}/tree-sitter-rust.wasm`,
  },
  {
    id: 'php',
    extensions: ['.php', '.phtml'],
    interpreters: ['php'],
    syntax: {
      bodies: 'braces',
      lineComments: ['//', '#'],
      blockComments: [['/*', '*/']],
      quotes: `'"`,
      longQuotes: `'"`,
      features: ['heredoc'],
      declares: { function: 'function', class: 'class', interface: 'interface', trait: 'class', enum: 'enum' },
      keywords:
        'abstract and array as break callable case catch clone const continue declare default do echo else elseif empty endfor endforeach endif endswitch endwhile eval exit extends final finally fn for foreach global goto if implements include include_once instanceof insteadof isset list match namespace new or print private protected public readonly require require_once return static switch throw try unset use var while xor yield true false null self parent this string int bool float void mixed never object php',
      modifiers: 'public private protected static abstract final readonly',
      imports: 'php',
    },
    grammar: `${vscode}/tree-sitter-php.wasm`,
  },
  {
    id: 'kotlin',
    extensions: ['.kt', '.kts'],
    syntax: {
      ...slashes,
      bodies: 'braces',
      quotes: `"'`,
      tripleQuotes: true,
      features: ['char-or-quote'],
      declares: { fun: 'function', class: 'class', interface: 'interface', object: 'class', typealias: 'type' },
      keywords:
        'as break continue do else false for if in is null package return super this throw true try typeof val var when while by catch constructor delegate dynamic finally get import init set where const',
      modifiers:
        'public private protected internal abstract final open override lateinit suspend inline tailrec operator infix external data sealed inner enum annotation companion crossinline noinline vararg value expect actual',
      imports: 'dotted',
    },
    grammar: '@tree-sitter-grammars/tree-sitter-kotlin/tree-sitter-kotlin.wasm',
  },
  {
    id: 'scala',
    extensions: ['.scala', '.sc'],
    syntax: {
      ...slashes,
      bodies: 'braces',
      quotes: `"'`,
      tripleQuotes: true,
      features: ['char-or-quote'],
      declares: { def: 'function', class: 'class', trait: 'interface', object: 'module', type: 'type', enum: 'enum' },
      keywords:
        'case catch do else extends false finally for forSome given if import match new null package return super then this throw true try val var while with yield using derives end export extension',
      modifiers: 'abstract final implicit lazy override private protected sealed inline opaque open transparent case',
      imports: 'dotted',
    },
  },
  {
    id: 'swift',
    extensions: ['.swift'],
    syntax: {
      ...slashes,
      bodies: 'braces',
      quotes: '"',
      tripleQuotes: true,
      declares: {
        func: 'function',
        class: 'class',
        struct: 'class',
        actor: 'class',
        enum: 'enum',
        protocol: 'interface',
        extension: 'module',
        typealias: 'type',
      },
      keywords:
        'import let var init deinit subscript operator associatedtype break case continue default defer do else fallthrough for guard if in repeat return switch where while as is catch throw throws rethrows try super self Self nil true false any some inout async await get set willSet didSet',
      modifiers:
        'public private internal fileprivate open static final override mutating nonmutating lazy weak unowned required convenience dynamic optional indirect nonisolated',
      imports: 'dotted',
    },
  },
  {
    id: 'shell',
    extensions: ['.sh', '.bash', '.zsh', '.ksh', '.bats'],
    names: ['.bashrc', '.profile', '.zshrc'],
    interpreters: ['sh', 'bash', 'zsh', 'dash', 'ksh'],
    syntax: {
      bodies: 'braces',
      lineComments: ['#'],
      quotes: `"'`,
      longQuotes: `"'`,
      features: ['heredoc'],
      wordCharacters: '-',
      functions: 'members',
      declares: { function: 'function' },
      keywords:
        'if then else elif fi for while until do done case esac in select time return local export declare readonly unset shift exit break continue echo cd test set true false source eval exec trap',
      imports: 'shell',
    },
    grammar: `${vscode}/tree-sitter-bash.wasm`,
  },
  {
    id: 'powershell',
    extensions: ['.ps1', '.psm1'],
    interpreters: ['pwsh'],
    syntax: {
      bodies: 'braces',
      lineComments: ['#'],
      blockComments: [['<#', '#>']],
      quotes: `"'`,
      longQuotes: `"'`,
      wordCharacters: '-',
      declares: { function: 'function', Function: 'function', filter: 'function', class: 'class', enum: 'enum' },
      keywords:
        'if else elseif for foreach while do until switch return throw try catch finally param begin process end in break continue exit trap using Import-Module',
      imports: 'shell',
    },
    grammar: `${vscode}/tree-sitter-powershell.wasm`,
  },
  {
    id: 'zig',
    extensions: ['.zig'],
    syntax: {
      bodies: 'braces',
      lineComments: ['//'],
      quotes: `"'`,
      declares: { fn: 'function' },
      keywords:
        'const var pub if else while for switch return defer errdefer try catch orelse and or struct enum union error test comptime inline extern export break continue unreachable undefined null true false usingnamespace void bool type anytype import',
      imports: 'css',
    },
    grammar: '@tree-sitter-grammars/tree-sitter-zig/tree-sitter-zig.wasm',
  },
  {
    id: 'perl',
    extensions: ['.pl', '.pm'],
    interpreters: ['perl'],
    syntax: {
      bodies: 'braces',
      lineComments: ['#'],
      quotes: `"'`,
      longQuotes: `"'`,
      features: ['heredoc'],
      declares: { sub: 'function', package: 'module' },
      keywords:
        'my our local use no require if elsif else unless while until for foreach return last next redo die print and or not eq ne lt gt le ge undef ref bless shift push pop',
    },
  },
]
