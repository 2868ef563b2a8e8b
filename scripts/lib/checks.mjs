import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './command.mjs'
import { runtimeEnvironment } from './dependencies.mjs'
import { root } from './paths.mjs'

const dashboardTsconfig = 'apps/dashboard/tsconfig.json'

const allChecks = [
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of the dashboard', command: ['tsc', '--noEmit', '-p', dashboardTsconfig], onlyIf: dashboardTsconfig },
  { name: 'lint', command: ['eslint', '--config', '.golangci-free-eslint.config.js', '--cache', '--cache-location', '.runtime/eslint-cache', '--max-warnings=0', '.'] },
  { name: 'import rules', command: ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', 'apps', 'packages', 'tools', 'bench'] },
  { name: 'unused code', command: ['knip', '--config', 'knip.json', '--no-progress', '--no-config-hints'] },
]

/** What the check command checks besides the unit tests; every command runs in the root of the checkout. */
export const checks = allChecks.filter(({ onlyIf }) => onlyIf === undefined || existsSync(join(root, onlyIf)))

/** Runs one check and returns whether it passed, with what it printed and how long it took. */
export async function runCheck({ command: [program, ...args] }) {
  const started = Date.now()
  const { code, output } = await runCommand(join(root, 'node_modules', '.bin', program), args, { cwd: root, env: runtimeEnvironment() })
  return { passed: code === 0, output, seconds: (Date.now() - started) / 1000 }
}
