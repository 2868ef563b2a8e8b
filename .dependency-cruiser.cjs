// The import rules of the architecture. Type imports count like any other.
// A new library or a new arrow between packages is a decision: it is made here, in the open.
const { existsSync, readFileSync } = require('node:fs')

/** Which of our packages each package may import. */
const mayImport = {
  contracts: [],
  domain: ['contracts'],
  ports: ['contracts', 'domain'],
  adapters: ['ports', 'contracts', 'domain'],
  shell: ['contracts'],
  context: ['ports', 'domain', 'contracts'],
  agent: ['context', 'shell', 'ports', 'domain', 'contracts'],
  core: ['ports', 'domain', 'contracts', 'shell'],
  worker: ['agent', 'context', 'ports', 'domain', 'contracts'],
  host: ['contracts', 'domain', 'ports', 'adapters', 'shell', 'context', 'agent', 'core', 'worker'],
  cli: ['host', 'context', 'shell', 'domain', 'contracts'],
  dashboard: ['contracts', 'domain'],
}

/** Which libraries each package may import; adapters alone may import whatever their package.json lists. */
const mayUse = {
  contracts: ['zod'],
  domain: ['picomatch', 'yaml', 'zod'],
  ports: ['zod'],
  shell: ['web-tree-sitter', '@vscode/tree-sitter-wasm', 'yaml', 'zod'],
  context: ['zod', 'ignore', 'stemmer', 'gpt-tokenizer', 'web-tree-sitter', '@vscode/tree-sitter-wasm', 'tree-sitter-.+', '@tree-sitter-grammars/.+'],
  agent: ['@secretlint/.+', 'zod', 'yaml', 'liquidjs', 'diff', 'picomatch', 'ignore', 'fast-xml-parser'],
  core: ['zod', 'cookie', 'fastify', '@fastify/.+', 'fastify-.+', 'ws', 'cron-parser', 'croner', 'yaml'],
  worker: ['zod'],
  host: ['zod', 'yaml', 'chokidar', 'env-paths', 'fastest-levenshtein'],
  cli: ['@modelcontextprotocol/.+', 'zod', 'yaml', 'commander', 'picocolors', 'log-update', 'ws'],
  dashboard: ['graphology', 'graphology-.+', 'sigma', 'solid-js', '@solidjs/.+', 'zod', 'vite', 'vite-plugin-solid', 'diff', 'anser', 'marked', 'dompurify', '@xterm/.+'],
}

const apps = ['core', 'worker', 'dashboard', 'cli']
const browserPackages = ['contracts', 'domain', 'dashboard']
const folderOf = (name) => `^${apps.includes(name) ? 'apps' : 'packages'}/${name}/`
// Tests, and the scenes that several of them play in.
const test = '([.]test|/src/testing/[^/]+)[.]ts$'
const contractSuites = '^packages/ports/src/testing/'
const testFiles = [test, contractSuites, '^tools/', '^bench/']
const buildFiles = '[.]config[.]ts$|/publish[.]mjs$'
const library = (name) => `(^|/)node_modules/(@types/)?${name}/`

function arrowsOf(name) {
  const own = [name, ...mayImport[name]].map(folderOf)
  return [
    {
      name: `${name}-imports`,
      comment: `${name} may import ${mayImport[name].join(', ') || 'none of our packages'}.`,
      from: { path: folderOf(name), pathNot: testFiles },
      to: { path: '^(apps|packages)/', pathNot: [...own, '/node_modules/', folderOf('adapters')] },
    },
    {
      name: `${name}-tests-import`,
      comment: `A test of ${name} may also use adapters, since fakes are adapters that pass the contract.`,
      from: { path: folderOf(name) + `.*${test}` },
      to: { path: '^(apps|packages)/', pathNot: [...own, '/node_modules/', folderOf('adapters'), folderOf('ports')] },
    },
  ]
}

function librariesOf(name) {
  return {
    name: `${name}-libraries`,
    comment: `${name} may use ${mayUse[name].join(', ')}. A vendor's service or SDK belongs behind a port, in adapters.`,
    from: { path: folderOf(name), pathNot: [...testFiles, buildFiles] },
    to: { path: '(^|/)node_modules/', pathNot: mayUse[name].map(library) },
  }
}

/** The modules that register an adapter: those that `all.ts` lists. */
function adapterModules() {
  const list = 'packages/adapters/src/all.ts'
  if (!existsSync(list)) return []
  return [...readFileSync(list, 'utf8').matchAll(/['"]\.\/(.+?)['"]/g)].map(([, path]) => `^packages/adapters/src/${path.replaceAll('.', '[.]')}$`)
}

const forbidden = [
  ...Object.keys(mayImport).flatMap(arrowsOf),
  ...Object.keys(mayUse).map(librariesOf),
  {
    name: 'only-host-imports-adapters',
    comment: 'Adapters are chosen by configuration, in host; everything else sees ports.',
    from: { pathNot: [folderOf('host'), folderOf('adapters'), ...testFiles] },
    to: { path: folderOf('adapters') },
  },
  {
    name: 'adapter-imports-adapter',
    comment: 'An adapter never imports another one, nor the folder of another port.',
    from: { path: '^packages/adapters/src/([^/]+)/', pathNot: test },
    // How processes are started and how endpoints are reached is no adapter: whoever does it shares it.
    to: { path: ['^packages/adapters/src/[^/]+/'], pathNot: ['^packages/adapters/src/($1|processes|http)/'] },
  },
  ...adapterModules().map((path) => ({
    name: 'adapter-imports-adapter',
    comment: 'An adapter never imports another one: what two of them share is a file of its own.',
    from: { path: '^packages/adapters/src/', pathNot: [test, '^packages/adapters/src/all[.]ts$'] },
    to: { path },
  })),
  {
    name: 'core-module-through-index',
    comment: "A module of core reaches another only through that module's index.ts.",
    from: { path: '^apps/core/src/([^/]+)/' },
    to: { path: '^apps/core/src/[^/]+/', pathNot: ['^apps/core/src/$1/', '^apps/core/src/[^/]+/index[.]ts$', test] },
  },
  {
    name: 'testing-only-from-tests',
    comment: 'Contract suites and test servers never become part of the product.',
    from: { pathNot: testFiles },
    to: { path: [contractSuites, '^tools/', '^bench/', test] },
  },
  {
    name: 'no-node-in-browser-packages',
    comment: 'contracts, domain and dashboard also run in a browser.',
    from: { path: browserPackages.map(folderOf), pathNot: [test, buildFiles] },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'listed-in-package-json',
    comment: 'A package imports only what its own package.json lists.',
    from: { path: '^(apps|packages|tools|bench)/' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'development-only-in-tests',
    comment: 'The product uses dependencies, not devDependencies, except for types.',
    from: { path: '^(apps|packages)/', pathNot: [test, contractSuites, buildFiles, folderOf('dashboard')] },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: ['/@types/', '^(apps|packages|tools)/(?!.*node_modules)'] },
  },
  {
    name: 'resolvable',
    comment: 'Every import leads to a file.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-cycles',
    comment: 'Two files that import each other are one file, or three.',
    from: { pathNot: ['/node_modules/'] },
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
]

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: ['(^|/)(dist|__fixtures__|coverage)/'] },
    tsPreCompilationDeps: true,
    skipAnalysisNotInRules: true,
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types', 'require'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
}
