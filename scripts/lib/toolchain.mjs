import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { BootstrapError, explain } from './bootstrap-error.mjs'
import { runCommand } from './command.mjs'
import { runtime } from './paths.mjs'

const NODE_VERSION = '24.21.0'
const PNPM_VERSION = '12.21.0'
const bin = join(runtime, 'bin')
const toolchain = join(runtime, 'toolchain')

// True when the machine has a Node that can run TypeScript. The one in `.runtime` may run this file too, but is not the machine's.
const machineNodeWillDo = Number(process.versions.node.split('.')[0]) >= 24 && !process.execPath.startsWith(runtime)

export const nodePath = join(bin, 'node')
export const pnpmPath = join(bin, 'pnpm')

/** What the toolchain is made of; changing it makes the installed one stale. */
export const toolchainKey = [NODE_VERSION, PNPM_VERSION, process.platform, process.arch].join(' ')

/** True when both programs are there and the machine's Node, where it is used, has not become too old since. */
export function toolchainIsThere() {
  if (!existsSync(nodePath) || !existsSync(pnpmPath)) return false
  return machineNodeWillDo || process.execPath.startsWith(runtime) || realpathSync(nodePath) !== realpathSync(process.execPath)
}

/** Brings Node 24 (unless the running one will do) and pnpm into `.runtime/bin`, from the npm registry. */
export async function installToolchain({ show }) {
  rmSync(toolchain, { recursive: true, force: true })
  mkdirSync(toolchain, { recursive: true })
  writeFileSync(join(toolchain, 'package.json'), '{ "name": "toolchain", "private": true }\n')
  const packages = [`pnpm@${PNPM_VERSION}`, ...(machineNodeWillDo ? [] : [`${nodePackage()}@${NODE_VERSION}`])]
  await npmInstall(packages, show)
  link(nodePath, machineNodeWillDo ? process.execPath : join(toolchain, 'node_modules', nodePackage(), 'bin', 'node'))
  link(pnpmPath, pnpmBinary())
}

// The packages that npm's `node` package would fetch in its install script. Taking them directly
// works with every npm, whether or not it runs install scripts.
function nodePackage() {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  return `${prefix}-${process.platform}-${process.arch}`
}

async function npmInstall(packages, show) {
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--loglevel=error', ...packages]
  const result = await runCommand('npm', args, { cwd: toolchain, show, env: npmEnvironment() }).catch((error) => {
    if (error.code !== 'ENOENT') throw error
    throw new BootstrapError('npm was not found. Install Node 20 or newer together with npm, then try again.')
  })
  if (result.code !== 0) throw explain(`Installing ${packages.join(' and ')} with npm`, result.output, show)
}

// Under `npm link`, `npx` or `npm start --prefix`, npm passes its own settings down, among them "global" and "prefix".
function npmEnvironment() {
  const inherited = /^npm_(config_(global|prefix|local_prefix|location|package|call|workspaces?|include|omit|dry_run)$|package_|lifecycle_)/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)))
}

function pnpmBinary() {
  const scope = join(toolchain, 'node_modules', '@pnpm')
  const [name] = existsSync(scope) ? readdirSync(scope).filter((entry) => entry.startsWith('exe.')) : []
  if (name) return join(scope, name, 'pnpm')
  throw new BootstrapError(`There is no pnpm for ${process.platform} ${process.arch}. CodeForge runs on Linux and macOS, x64 and arm64.`)
}

function link(path, target) {
  mkdirSync(bin, { recursive: true })
  const fresh = `${path}.${process.pid}`
  symlinkSync(target.startsWith(runtime) ? relative(bin, target) : target, fresh)
  renameSync(fresh, path)
}
