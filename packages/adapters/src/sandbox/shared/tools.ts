import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { systemPath } from './system-path.ts'
import { systemDirectories } from './view.ts'

/** The PATH of a sandbox, what must be readable for it to work, and the variables that tell tools where they are. */
export interface Tools {
  readonly path: string
  readonly readable: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** Version managers: which part of the home directory their programs need, and the variable that names it. */
const managers: readonly { readonly entry: string; readonly needs: readonly string[]; readonly variable?: readonly [string, string] }[] = [
  { entry: '.cargo/bin', needs: ['.cargo/bin', '.rustup'], variable: ['RUSTUP_HOME', '.rustup'] },
  { entry: '.pyenv/shims', needs: ['.pyenv'], variable: ['PYENV_ROOT', '.pyenv'] },
  { entry: '.pyenv/bin', needs: ['.pyenv'], variable: ['PYENV_ROOT', '.pyenv'] },
  { entry: '.rbenv/shims', needs: ['.rbenv'], variable: ['RBENV_ROOT', '.rbenv'] },
  { entry: '.nodenv/shims', needs: ['.nodenv'], variable: ['NODENV_ROOT', '.nodenv'] },
  { entry: '.asdf/shims', needs: ['.asdf'], variable: ['ASDF_DATA_DIR', '.asdf'] },
  { entry: '.volta/bin', needs: ['.volta'], variable: ['VOLTA_HOME', '.volta'] },
  { entry: '.local/share/mise/shims', needs: ['.local/share/mise'], variable: ['MISE_DATA_DIR', '.local/share/mise'] },
]

/**
 * Works out which tools outside of the system's directories a sandbox offers: those on the user's PATH, then the directory
 * of the Node that runs this. Of an install prefix everything becomes readable, of any other directory only itself.
 */
export function toolsOf(searchPath: string, home: string, node: string): Tools {
  const entries = [...searchPath.split(':'), ...systemPath.split(':'), node]
  const kept = [...new Set(entries)].filter((entry) => entry.startsWith('/') && isOffered(entry, home))
  const outside = kept.filter((entry) => !isSystem(entry))
  const used = managers.filter((each) => outside.includes(join(home, each.entry)))
  const environment = Object.fromEntries(used.flatMap(({ variable }) => (variable ? [[variable[0], join(home, variable[1])]] : [])))
  return { path: kept.join(':'), readable: [...new Set(outside.flatMap((entry) => needsOf(entry, home)))], environment }
}

const isSystem = (path: string): boolean => systemDirectories.some((root) => path === root || path.startsWith(root + sep))

/** Tools of CodeForge's own dependencies are no tools of the project; neither is a whole home directory. */
function isOffered(entry: string, home: string): boolean {
  if (entry.includes('/node_modules/.bin') || entry.includes('node-gyp-bin')) return false
  if (entry === home || home.startsWith(entry + sep) || entry === '/') return false
  return existsSync(entry) && statSync(entry).isDirectory()
}

function needsOf(entry: string, home: string): readonly string[] {
  const manager = managers.find((each) => join(home, each.entry) === entry)
  if (manager) return manager.needs.map((path) => join(home, path)).filter(existsSync)
  return isPrefix(dirname(entry), entry, home) ? [dirname(entry)] : [entry]
}

/** True for a directory that one installed tool has to itself, such as `~/.nvm/versions/node/v24`. */
function isPrefix(prefix: string, entry: string, home: string): boolean {
  if (!['bin', 'sbin'].includes(basename(entry)) || prefix === '/' || prefix === home || home.startsWith(prefix + sep)) return false
  const inHome = relative(home, prefix)
  // Directly below home lie directories that many programs share, with their keys and tokens: ~/.local, ~/.config.
  if (!inHome.startsWith('..') && !inHome.includes(sep)) return false
  return ['lib', 'libexec', 'include'].some((name) => existsSync(join(prefix, name)))
}
