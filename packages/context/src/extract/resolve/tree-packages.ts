import type { PathTable } from './path-table.ts'
import { folderOf, joinPath } from './path-table.ts'

/** What the tree's own packages are called, and where they are. */
export interface TreePackages {
  /** Folder of each npm package by its name. */
  readonly npm: ReadonlyMap<string, string>
  /** Folder of each Go module by its path. */
  readonly go: ReadonlyMap<string, string>
  /** Folder of each Dart package by its name. */
  readonly dart: ReadonlyMap<string, string>
  /** Folder of each Rust crate by its name, with `_` for `-`. */
  readonly rust: ReadonlyMap<string, string>
  /** Folders by PHP namespace prefix, longest first. */
  readonly php: readonly (readonly [prefix: string, folder: string])[]
  /** What TypeScript's `paths` name: pattern with one `*` or none, and its targets from the root. */
  readonly aliases: readonly (readonly [pattern: string, targets: readonly string[]])[]
}

type ReadText = (path: string) => string | undefined

/** Reads the manifests of a tree. One that cannot be read says nothing. */
export function treePackages(table: PathTable, read: ReadText): TreePackages {
  const packages = {
    npm: new Map<string, string>(),
    go: new Map<string, string>(),
    dart: new Map<string, string>(),
    rust: new Map<string, string>(),
    php: [] as (readonly [string, string])[],
    aliases: [] as (readonly [string, readonly string[]])[],
  }
  for (const path of table.paths) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const folder = folderOf(path)
    if (name === 'package.json') readNpm(packages.npm, folder, read(path))
    else if (name === 'go.mod') note(packages.go, /^module\s+"?([^\s"]+)/m.exec(read(path) ?? '')?.[1], folder)
    else if (name === 'pubspec.yaml') note(packages.dart, /^name:\s*["']?(\w+)/m.exec(read(path) ?? '')?.[1], folder)
    else if (name === 'Cargo.toml')
      note(packages.rust, /^\[package\][^[]*?^name\s*=\s*"([^"]+)"/ms.exec(read(path) ?? '')?.[1]?.replaceAll('-', '_'), folder)
    else if (name === 'composer.json') packages.php.push(...readComposer(folder, read(path)))
    else if (/^(?:tsconfig|jsconfig)(?:\.base)?\.json$/.test(name)) packages.aliases.push(...readAliases(folder, read(path)))
  }
  packages.php.sort((one, other) => other[0].length - one[0].length)
  return packages
}

function note(to: Map<string, string>, name: string | undefined, folder: string): void {
  if (name !== undefined && !to.has(name)) to.set(name, folder)
}

function readNpm(to: Map<string, string>, folder: string, text: string | undefined): void {
  const { name } = objectOf(text)
  if (typeof name === 'string') note(to, name, folder)
}

function readComposer(folder: string, text: string | undefined): (readonly [string, string])[] {
  const manifest = objectOf(text)
  return ['autoload', 'autoload-dev'].flatMap((section) => {
    const rules = asObject(asObject(manifest[section])['psr-4'])
    return Object.entries(rules).flatMap(([prefix, folders]) =>
      [folders].flat().flatMap((one) => {
        const place = typeof one === 'string' ? joinPath(folder, one) : null
        return place === null ? [] : [[prefix, place] as const]
      }),
    )
  })
}

function readAliases(folder: string, text: string | undefined): (readonly [string, readonly string[]])[] {
  const options = asObject(objectOf(text)['compilerOptions'])
  const base = joinPath(folder, typeof options['baseUrl'] === 'string' ? options['baseUrl'] : '.')
  if (base === null) return []
  return Object.entries(asObject(options['paths'])).map(([pattern, targets]) => {
    const places = [targets].flat().flatMap((target) => (typeof target === 'string' ? (joinPath(base, target) ?? []) : []))
    return [pattern, places] as const
  })
}

/** JSON, also with comments and trailing commas; whatever is none is an empty object. */
function objectOf(text: string | undefined): Record<string, unknown> {
  if (text === undefined || text.length > 1_000_000) return {}
  for (const variant of [text, text.replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[^]*?\*\//g, '$1').replace(/,(\s*[}\]])/g, '$1')]) {
    try {
      return asObject(JSON.parse(variant))
    } catch {
      // the other variant, or nothing
    }
  }
  return {}
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
