import type { Language } from '../languages.ts'

const vscode = '@vscode/tree-sitter-wasm/wasm'

export const indentedLanguages: readonly Language[] = [
  {
    id: 'python',
    extensions: ['.py', '.pyi', '.pyw'],
    names: ['SConstruct', 'SConscript', 'wscript'],
    interpreters: ['python', 'pypy'],
    syntax: {
      bodies: 'indentation',
      lineComments: ['#'],
      quotes: `"'`,
      tripleQuotes: true,
      declares: { def: 'function', class: 'class' },
      keywords:
        'False None True and as assert async await break continue del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield self cls print',
      modifiers: 'async',
      imports: 'python',
    },
    grammar: `${vscode}/tree-sitter-python.wasm`,
  },
  {
    id: 'ruby',
    extensions: ['.rb', '.rake', '.gemspec', '.ru'],
    names: ['Rakefile', 'Gemfile', 'Guardfile', 'Vagrantfile', 'Podfile', 'Fastfile'],
    interpreters: ['ruby'],
    syntax: {
      bodies: 'indentation',
      lineComments: ['#'],
      quotes: `"'`,
      longQuotes: `"'`,
      features: ['regex', 'heredoc', 'ruby-percent', 'ruby-blocks', 'question-words'],
      declares: { def: 'function', class: 'class', module: 'module' },
      keywords:
        'BEGIN END alias and begin break case defined? do else elsif end ensure false for if in next nil not or redo rescue retry return self super then true undef unless until when while yield require require_relative load autoload attr_accessor attr_reader attr_writer include extend puts raise lambda proc new',
      modifiers: 'private protected public private_class_method module_function memoize',
      imports: 'ruby',
    },
    grammar: `${vscode}/tree-sitter-ruby.wasm`,
  },
  {
    id: 'lua',
    extensions: ['.lua'],
    interpreters: ['lua', 'luajit'],
    syntax: {
      bodies: 'indentation',
      lineComments: ['--'],
      quotes: `"'`,
      features: ['long-brackets'],
      declares: { function: 'function' },
      keywords:
        'and break do else elseif end false for goto if in local nil not or repeat return then true until while self require dofile',
      modifiers: 'local',
      imports: 'lua',
    },
    grammar: '@tree-sitter-grammars/tree-sitter-lua/tree-sitter-lua.wasm',
  },
  {
    id: 'elixir',
    extensions: ['.ex', '.exs'],
    interpreters: ['elixir'],
    syntax: {
      bodies: 'indentation',
      lineComments: ['#'],
      quotes: `"'`,
      tripleQuotes: true,
      features: ['question-words'],
      declares: {
        defmodule: 'module',
        defprotocol: 'interface',
        defimpl: 'module',
        def: 'function',
        defp: 'function',
        defmacro: 'function',
        defmacrop: 'function',
        defguard: 'function',
        defdelegate: 'function',
      },
      keywords:
        'do end fn if else unless case cond when for in not and or true false nil import alias require use with try rescue catch after raise quote unquote receive',
      imports: 'elixir',
    },
    grammar: 'tree-sitter-elixir/tree-sitter-elixir.wasm',
  },
  {
    id: 'julia',
    extensions: ['.jl'],
    interpreters: ['julia'],
    syntax: {
      bodies: 'indentation',
      lineComments: ['#'],
      blockComments: [['#=', '=#']],
      quotes: '"',
      tripleQuotes: true,
      features: ['question-words'],
      declares: { function: 'function', macro: 'function', struct: 'class', module: 'module' },
      keywords:
        'abstract type baremodule begin break catch const continue do else elseif end export false finally for global if import in isa let local nothing quote return true try using where while include',
      modifiers: 'mutable abstract',
      imports: 'dotted',
    },
  },
]
