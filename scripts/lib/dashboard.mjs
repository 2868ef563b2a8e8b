import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { explain } from './bootstrap-error.mjs'
import { runCommand } from './command.mjs'
import { runtimeEnvironment } from './dependencies.mjs'
import { root } from './paths.mjs'
import { digestOf } from './stamp.mjs'
import { pnpmPath } from './toolchain.mjs'

const folder = join(root, 'apps', 'dashboard')
const sources = ['apps/dashboard', 'packages/contracts/src', 'packages/domain/src', 'pnpm-lock.yaml']

/** The state of everything that the built dashboard is made from. */
export function dashboardKey() {
  return digestOf(sources)
}

/** True when there is something to build and a build of it is there, or nothing to build at all. */
export function dashboardIsThere() {
  return !hasBuildScript() || existsSync(join(folder, 'dist', 'index.html'))
}

/** Builds the dashboard into apps/dashboard/dist. */
export async function buildDashboard({ show }) {
  if (!hasBuildScript()) return
  // Left to itself, pnpm sees that the packages for development are missing and installs them all, a browser among them.
  const result = await runCommand(pnpmPath, ['--config.verify-deps-before-run=false', 'run', 'build'], { cwd: folder, show, env: runtimeEnvironment() })
  if (result.code !== 0) throw explain('Building the dashboard', result.output, show)
}

function hasBuildScript() {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return manifest.scripts?.build !== undefined
}
