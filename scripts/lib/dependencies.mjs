import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { explain } from './bootstrap-error.mjs'
import { runCommand } from './command.mjs'
import { root, runtime } from './paths.mjs'
import { digestOf } from './stamp.mjs'
import { pnpmPath } from './toolchain.mjs'

/** The state of everything that decides what is installed. */
export function dependenciesKey() {
  const manifests = ['apps', 'packages', 'tools'].flatMap((group) =>
    readdirSync(join(root, group))
      .map((name) => join(group, name, 'package.json'))
      .filter((path) => existsSync(join(root, path))),
  )
  return digestOf(['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'bench/package.json', ...manifests])
}

/**
 * Installs exactly what the lockfile names. Without `dev`, the packages under `tools/` (compiler, linters,
 * browser, test servers) and `bench` stay away: a user who only runs CodeForge needs none of them.
 */
export async function installDependencies({ dev, show }) {
  const everything = dev ? [] : ['--filter', './apps/*', '--filter', './packages/*']
  const args = [...everything, 'install', '--frozen-lockfile', '--reporter=append-only']
  const result = await runCommand(pnpmPath, args, { cwd: root, show, env: runtimeEnvironment() })
  if (result.code !== 0) throw explain('Installing the dependencies with pnpm', result.output, show)
  linkCommand()
}

// With this, `npx codeforge` finds the command from every folder of the checkout. At its root npx finds it anyway.
function linkCommand() {
  const link = join(root, 'node_modules', '.bin', 'codeforge')
  mkdirSync(dirname(link), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(join('..', '..', 'bin', 'codeforge.js'), link)
}

/** The environment in which programs of this checkout find its Node and its pnpm first. */
export function runtimeEnvironment() {
  return { ...process.env, PATH: [join(runtime, 'bin'), process.env.PATH].join(delimiter) }
}
