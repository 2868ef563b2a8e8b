/** A forbidden import: the rule that must catch it, the file that holds it, and what that file imports. */
interface Plant {
  readonly rule: string
  readonly file: string
  readonly imports: string
  /** The statement, with `*` for what is imported; a plain import unless said otherwise. */
  readonly as?: string
}

const asType = "import type { A } from '*'\nexport type B = A\n"

/** One forbidden import for each rule, more where a rule has more than one way to be broken. */
export const plants: readonly Plant[] = [
  { rule: 'contracts-imports', file: 'packages/contracts/src/planted.ts', imports: '@codeforge/domain/clean' },
  { rule: 'domain-imports', file: 'packages/domain/src/planted.ts', imports: '@codeforge/ports/clean' },
  { rule: 'domain-imports', file: 'packages/domain/src/planted-type.ts', imports: '@codeforge/ports/clean', as: asType },
  { rule: 'ports-imports', file: 'packages/ports/src/planted.ts', imports: '@codeforge/shell/clean' },
  { rule: 'adapters-imports', file: 'packages/adapters/src/llm/planted.ts', imports: '@codeforge/agent/clean' },
  { rule: 'shell-imports', file: 'packages/shell/src/planted.ts', imports: '@codeforge/domain/clean' },
  { rule: 'context-imports', file: 'packages/context/src/planted.ts', imports: '@codeforge/shell/clean' },
  { rule: 'agent-imports', file: 'packages/agent/src/planted.ts', imports: '@codeforge/worker/clean' },
  { rule: 'core-imports', file: 'apps/core/src/planted.ts', imports: '@codeforge/agent/clean' },
  { rule: 'worker-imports', file: 'apps/worker/src/planted.ts', imports: '@codeforge/shell/clean' },
  { rule: 'host-imports', file: 'packages/host/src/planted.ts', imports: '@codeforge/cli/clean' },
  { rule: 'cli-imports', file: 'apps/cli/src/planted.ts', imports: '@codeforge/core/clean' },
  { rule: 'dashboard-imports', file: 'apps/dashboard/src/planted.tsx', imports: '@codeforge/ports/clean', as: asType },

  { rule: 'contracts-tests-import', file: 'packages/contracts/src/planted.test.ts', imports: '@codeforge/domain/clean' },
  { rule: 'domain-tests-import', file: 'packages/domain/src/planted.test.ts', imports: '@codeforge/core/clean' },
  { rule: 'ports-tests-import', file: 'packages/ports/src/planted.test.ts', imports: '@codeforge/core/clean' },
  { rule: 'adapters-tests-import', file: 'packages/adapters/src/planted.test.ts', imports: '@codeforge/core/clean' },
  { rule: 'shell-tests-import', file: 'packages/shell/src/planted.test.ts', imports: '@codeforge/core/clean' },
  { rule: 'context-tests-import', file: 'packages/context/src/planted.test.ts', imports: '@codeforge/core/clean' },
  { rule: 'agent-tests-import', file: 'packages/agent/src/planted.test.ts', imports: '@codeforge/core/clean' },
  { rule: 'core-tests-import', file: 'apps/core/src/planted.test.ts', imports: '@codeforge/agent/clean' },
  { rule: 'worker-tests-import', file: 'apps/worker/src/planted.test.ts', imports: '@codeforge/core/clean' },
  { rule: 'host-tests-import', file: 'packages/host/src/planted.test.ts', imports: '@codeforge/cli/clean' },
  { rule: 'cli-tests-import', file: 'apps/cli/src/planted.test.ts', imports: '@codeforge/core/clean' },
  { rule: 'dashboard-tests-import', file: 'apps/dashboard/src/planted.test.ts', imports: '@codeforge/core/clean' },

  { rule: 'contracts-libraries', file: 'packages/contracts/src/planted-vendor.ts', imports: 'vendor' },
  { rule: 'domain-libraries', file: 'packages/domain/src/planted-vendor.ts', imports: 'vendor' },
  { rule: 'ports-libraries', file: 'packages/ports/src/planted-vendor.ts', imports: 'vendor', as: asType },
  { rule: 'shell-libraries', file: 'packages/shell/src/planted-vendor.ts', imports: 'vendor' },
  { rule: 'context-libraries', file: 'packages/context/src/planted-vendor.ts', imports: 'vendor' },
  { rule: 'agent-libraries', file: 'packages/agent/src/planted-vendor.ts', imports: 'vendor', as: "export const open = () => import('*')\n" },
  { rule: 'core-libraries', file: 'apps/core/src/planted-vendor.ts', imports: 'vendor' },
  { rule: 'worker-libraries', file: 'apps/worker/src/planted-vendor.ts', imports: 'vendor' },
  { rule: 'host-libraries', file: 'packages/host/src/planted-vendor.ts', imports: 'vendor' },
  { rule: 'cli-libraries', file: 'apps/cli/src/planted-vendor.ts', imports: 'vendor' },
  { rule: 'dashboard-libraries', file: 'apps/dashboard/src/planted-vendor.ts', imports: 'vendor' },

  { rule: 'only-host-imports-adapters', file: 'packages/agent/src/planted-adapter.ts', imports: '@codeforge/adapters/llm/clean' },
  { rule: 'only-host-imports-adapters', file: 'apps/cli/src/planted-adapter.ts', imports: '@codeforge/adapters/llm/clean', as: asType },
  { rule: 'adapter-imports-adapter', file: 'packages/adapters/src/queue/planted.ts', imports: '../llm/clean.ts' },
  { rule: 'adapter-imports-adapter', file: 'packages/adapters/src/llm/sibling.ts', imports: './clean.ts' },
  { rule: 'core-module-through-index', file: 'apps/core/src/plans/planted.ts', imports: '../runs/store.ts' },
  { rule: 'testing-only-from-tests', file: 'packages/agent/src/planted-suite.ts', imports: '@codeforge/ports/testing/clean' },
  { rule: 'testing-only-from-tests', file: 'packages/agent/src/planted-server.ts', imports: '@codeforge/testing/clean' },
  { rule: 'no-node-in-browser-packages', file: 'packages/domain/src/planted-node.ts', imports: 'node:fs' },
  { rule: 'no-node-in-browser-packages', file: 'packages/contracts/src/planted-node.ts', imports: 'node:path' },
  { rule: 'no-node-in-browser-packages', file: 'apps/dashboard/src/planted-node.ts', imports: 'node:fs', as: asType },
  { rule: 'listed-in-package-json', file: 'packages/adapters/src/llm/planted-unlisted.ts', imports: 'unlisted' },
  { rule: 'development-only-in-tests', file: 'packages/adapters/src/llm/planted-development.ts', imports: 'for-tests' },
  { rule: 'resolvable', file: 'packages/agent/src/planted-nothing.ts', imports: 'nowhere' },
  { rule: 'no-cycles', file: 'packages/agent/src/planted-cycle-back.ts', imports: './planted-cycle.ts' },
]

const manifest = (name: string) =>
  JSON.stringify({
    name: `@codeforge/${name}`,
    type: 'module',
    exports: { './*': './src/*.ts' },
    dependencies: { vendor: '1.0.0', zod: '1.0.0' },
    devDependencies: { 'for-tests': '1.0.0' },
  })

const places = {
  apps: ['core', 'worker', 'dashboard', 'cli'],
  packages: ['contracts', 'domain', 'ports', 'adapters', 'shell', 'context', 'agent', 'host'],
  tools: ['testing'],
}

const emptyPackages = Object.entries(places).flatMap(([folder, names]) =>
  names.flatMap((name) => [
    [`${folder}/${name}/package.json`, manifest(name)],
    [`${folder}/${name}/src/clean.ts`, 'export type A = 1\n'],
  ]),
)

const libraries = ['vendor', 'zod', 'unlisted', 'for-tests'].flatMap((name) => [
  [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js' })],
  [`node_modules/${name}/index.js`, 'export const A = 1\n'],
])

/** What the forbidden imports are planted into: clean packages that import only what they may. */
export const surroundings: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "planted", "private": true, "type": "module" }',
  ...Object.fromEntries([...emptyPackages, ...libraries]),
  'packages/domain/src/uses-contracts.ts': "import type { A } from '@codeforge/contracts/clean'\nexport type B = A\n",
  'packages/ports/src/testing/clean.ts': "import 'node:test'\n",
  'packages/adapters/src/all.ts': "import './llm/clean.ts'\nimport './queue/clean.ts'\n",
  'packages/adapters/src/llm/clean.ts': "import 'vendor'\nimport './clean-parts.ts'\n",
  'packages/adapters/src/llm/clean-parts.ts': "import '@codeforge/ports/clean'\n",
  'packages/adapters/src/llm/clean.test.ts': "import '@codeforge/ports/testing/clean'\nimport '@codeforge/testing/clean'\nimport 'for-tests'\n",
  'packages/adapters/src/queue/clean.ts': "import 'zod'\n",
  'packages/host/src/opens.ts': "import '@codeforge/adapters/all'\n",
  'apps/core/src/runs/index.ts': "import './store.ts'\n",
  'apps/core/src/runs/store.ts': "import 'node:fs'\n",
  // Half of a cycle, which is reported at its other half.
  'packages/agent/src/planted-cycle.ts': "import './planted-cycle-back.ts'\n",
  'apps/core/src/plans/clean.ts': "import '../runs/index.ts'\n",
}
