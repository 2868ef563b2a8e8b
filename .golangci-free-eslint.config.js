// The ESLint configuration. Its plugins are dependencies of tools/dev, so that the root itself stays free of any.
import { createRequire } from 'node:module'

const fromTools = createRequire(new URL('tools/dev/package.json', import.meta.url))
const js = fromTools('@eslint/js')
const typescript = fromTools('typescript-eslint')

const sources = ['apps/*/src/**/*.{ts,tsx}', 'packages/*/src/**/*.{ts,tsx}', 'tools/*/src/**/*.ts', 'bench/**/*.ts']
const tests = ['**/*.test.ts', '**/testing/**/*.ts', 'tools/testing/**/*.ts', 'bench/**/*.ts']
// Where a process meets its surroundings: these alone may read the environment or end the process.
const edges = ['apps/cli/src/**', 'apps/*/src/main.ts', 'packages/host/src/**', 'scripts/**', 'bin/**']

const bannedSyntax = [
  { selector: 'TSEnumDeclaration', message: 'Node strips types but cannot run an enum: use a union or z.enum.' },
  { selector: 'TSParameterProperty', message: 'Node cannot run parameter properties: declare a #field.' },
  { selector: 'TSModuleDeclaration:not([global=true])[kind!="global"]', message: 'Node cannot run namespaces: use a module.' },
  { selector: 'Decorator', message: 'No decorators: Node cannot run them as types are stripped.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name, so that a thing has one name everywhere.' },
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that has it.' },
  { selector: ':matches(ImportDeclaration, ExportNamedDeclaration)[source.value=/^\\..*\\.(js|mjs)$/]', message: 'Import the source: the path ends in .ts.' },
  { selector: ':matches(ImportDeclaration, ExportNamedDeclaration)[source.value=/^\\.\\.?\\/([^.]|\\.\\.\\/)*$/]', message: 'A relative import names the whole file, with its extension.' },
  { selector: 'CallExpression[callee.object.name="test"][callee.property.name="only"]', message: 'test.only hides the other tests.' },
]

export default typescript.config(
  { ignores: ['**/node_modules/', '**/dist/', '.runtime/', '**/__fixtures__/', 'examples/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', require: 'readonly', module: 'writable' } },
  },
  ...[...typescript.configs.strict, ...typescript.configs.stylistic].map((config) => ({ ...config, files: sources })),
  {
    files: sources,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', ...bannedSyntax],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Configuration arrives as a parameter; only host and cli read the environment.' }],
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: ['test', 'it', 'describe', 'suite', 'before', 'after', 'beforeEach', 'afterEach'].map((name) => ({ from: 'package', name, package: 'node:test' })) }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { allowDefaultCaseForExhaustiveSwitch: true, considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/consistent-type-definitions': 'off', // one name for a schema and its type needs `type`
      '@typescript-eslint/no-redeclare': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-undef': 'off', // the compiler knows
      'no-redeclare': 'off', // a schema and its type share one name
      'prefer-const': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', { max: 6 }],
      complexity: ['error', { max: 15, variant: 'modified' }],
    },
  },
  {
    files: edges,
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  {
    // A describe block or a contract suite is one function by construction.
    files: tests,
    rules: { 'max-lines-per-function': 'off', 'max-lines': ['error', { max: 500 }], 'no-restricted-properties': 'off', 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
)
