import type { Language } from '../languages.ts'

const vscode = '@vscode/tree-sitter-wasm/wasm'

export const dataLanguages: readonly Language[] = [
  { id: 'markdown', extensions: ['.md', '.markdown', '.mdx', '.rmd'], role: 'document' },
  { id: 'restructuredtext', extensions: ['.rst'], role: 'document' },
  {
    id: 'text',
    extensions: ['.txt', '.adoc', '.asciidoc', '.org', '.tex'],
    names: ['README', 'LICENSE', 'NOTICE', 'CHANGELOG', 'AUTHORS', 'CONTRIBUTING'],
    role: 'document',
  },
  { id: 'html', extensions: ['.html', '.htm', '.xhtml'], grammar: 'tree-sitter-html/tree-sitter-html.wasm' },
  { id: 'vue', extensions: ['.vue', '.svelte'] },
  {
    id: 'css',
    extensions: ['.css', '.scss', '.less'],
    syntax: {
      bodies: 'none',
      lineComments: ['//'],
      blockComments: [['/*', '*/']],
      quotes: `"'`,
      wordCharacters: '-',
      keywords: 'import use forward media',
      imports: 'css',
    },
    grammar: `${vscode}/tree-sitter-css.wasm`,
  },
  {
    id: 'sql',
    extensions: ['.sql'],
    syntax: {
      bodies: 'none',
      lineComments: ['--'],
      blockComments: [['/*', '*/']],
      quotes: "'",
      longQuotes: "'",
      keywords:
        'select from where and or not null insert into values update set delete create table view index primary key foreign references join left inner on as SELECT FROM WHERE AND OR NOT NULL INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE VIEW INDEX PRIMARY KEY FOREIGN REFERENCES JOIN LEFT INNER ON AS',
    },
  },
  {
    id: 'json',
    extensions: ['.json', '.jsonc', '.json5', '.webmanifest'],
    role: 'config',
    grammar: 'tree-sitter-json/tree-sitter-json.wasm',
  },
  { id: 'yaml', extensions: ['.yml', '.yaml'], role: 'config', grammar: '@tree-sitter-grammars/tree-sitter-yaml/tree-sitter-yaml.wasm' },
  {
    id: 'toml',
    extensions: ['.toml'],
    names: ['Pipfile', 'Cargo.lock', 'poetry.lock'],
    role: 'config',
    grammar: '@tree-sitter-grammars/tree-sitter-toml/tree-sitter-toml.wasm',
  },
  {
    id: 'ini',
    extensions: ['.ini', '.cfg', '.conf', '.properties', '.editorconfig', '.env'],
    names: ['.gitconfig'],
    role: 'config',
    grammar: `${vscode}/tree-sitter-ini.wasm`,
  },
  { id: 'xml', extensions: ['.xml', '.xsd', '.xsl', '.csproj', '.props', '.targets', '.plist', '.svg'], role: 'config' },
  { id: 'make', extensions: ['.mk', '.mak'], names: ['Makefile', 'makefile', 'GNUmakefile'], role: 'config' },
  { id: 'cmake', extensions: ['.cmake'], names: ['CMakeLists.txt'], role: 'config' },
  { id: 'docker', extensions: ['.dockerfile'], names: ['Dockerfile', 'Containerfile'], role: 'config' },
  { id: 'haskell', extensions: ['.hs', '.lhs'] },
  { id: 'ocaml', extensions: ['.ml', '.mli'] },
  { id: 'clojure', extensions: ['.clj', '.cljs', '.cljc', '.edn'] },
  { id: 'erlang', extensions: ['.erl', '.hrl'] },
  { id: 'groovy', extensions: ['.groovy', '.gradle'] },
  { id: 'objc', extensions: ['.m', '.mm'] },
  { id: 'fsharp', extensions: ['.fs', '.fsx'] },
  { id: 'nix', extensions: ['.nix'] },
  { id: 'vim', extensions: ['.vim'] },
  { id: 'lisp', extensions: ['.el', '.lisp', '.scm'] },
  { id: 'assembly', extensions: ['.s', '.asm'] },
]
