import type { Language } from '../languages.ts'

const slashes = { lineComments: ['//'], blockComments: [['/*', '*/']] } as const

/** Languages for one purpose: interfaces and their schemas, contracts, statistics, infrastructure. */
export const domainSpecificLanguages: readonly Language[] = [
  {
    id: 'protobuf',
    extensions: ['.proto'],
    syntax: {
      ...slashes,
      bodies: 'braces',
      quotes: `"'`,
      declares: { message: 'class', service: 'interface', rpc: 'function', enum: 'enum', extend: 'class' },
      keywords:
        'syntax package import option optional repeated required oneof map returns stream reserved to string bytes bool int32 int64 uint32 uint64 double float true false',
      imports: 'dotted',
    },
  },
  {
    id: 'graphql',
    extensions: ['.graphql', '.gql'],
    syntax: {
      bodies: 'braces',
      lineComments: ['#'],
      quotes: '"',
      tripleQuotes: true,
      declares: {
        type: 'class',
        interface: 'interface',
        enum: 'enum',
        input: 'type',
        union: 'type',
        scalar: 'type',
        query: 'function',
        mutation: 'function',
        subscription: 'function',
        fragment: 'type',
        directive: 'function',
      },
      keywords: 'on implements extend schema repeatable true false null String Int Float Boolean ID',
    },
  },
  {
    id: 'solidity',
    extensions: ['.sol'],
    syntax: {
      ...slashes,
      bodies: 'braces',
      quotes: `"'`,
      declares: {
        contract: 'class',
        library: 'module',
        interface: 'interface',
        struct: 'class',
        enum: 'enum',
        event: 'type',
        error: 'type',
        function: 'function',
        modifier: 'function',
      },
      keywords:
        'pragma solidity import from as is using for abstract public private internal external pure view payable virtual override returns return if else while do for break continue try catch new delete emit revert require assert constructor fallback receive mapping memory storage calldata constant immutable indexed anonymous assembly unchecked address bool string bytes bytes32 int int256 uint uint8 uint256 true false this super wei gwei ether seconds minutes hours days weeks msg',
      modifiers: 'abstract',
      imports: 'ecmascript',
    },
    grammar: 'tree-sitter-solidity/tree-sitter-solidity.wasm',
  },
  {
    id: 'r',
    extensions: ['.r'],
    interpreters: ['Rscript'],
    syntax: {
      bodies: 'braces',
      lineComments: ['#'],
      quotes: `"'`,
      longQuotes: `"'`,
      wordCharacters: '.',
      keywords: 'if else repeat while function for in next break TRUE FALSE NULL NA Inf NaN library require requireNamespace source',
      imports: 'r',
    },
    grammar: '@davisvaughan/tree-sitter-r/tree-sitter-r.wasm',
  },
  {
    id: 'hcl',
    extensions: ['.tf', '.tfvars', '.hcl', '.nomad'],
    role: 'config',
    syntax: {
      bodies: 'braces',
      lineComments: ['#', '//'],
      blockComments: [['/*', '*/']],
      quotes: '"',
      features: ['heredoc'],
      wordCharacters: '-',
      keywords:
        'variable output resource data module locals provider terraform backend required_providers required_version lifecycle dynamic content for for_each in if else endif endfor count each self var local path source version default type description depends_on true false null string number bool list map set object tuple any',
    },
    grammar: '@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm',
  },
]
