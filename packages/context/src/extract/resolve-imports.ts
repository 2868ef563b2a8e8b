import type { Import } from './file-facts.ts'
import { resolveDart, resolveFolder, resolveInclude, resolveRelative, resolveScript } from './resolve/by-path.ts'
import {
  type FoldersByEnding,
  resolveGo,
  resolveJava,
  resolveLua,
  resolvePhp,
  resolvePython,
  resolveRuby,
  resolveRust,
} from './resolve/by-name.ts'
import { folderOf, pathTable } from './resolve/path-table.ts'
import { treePackages } from './resolve/tree-packages.ts'

/** A file that may import, as far as this needs to know it. */
export interface Importer {
  readonly path: string
  readonly language: string | null
}

/** What resolving works with. */
export interface ResolverInput {
  readonly files: readonly Importer[]
  /** Text of a file of the tree: manifests are read by it. */
  readonly read: (path: string) => string | undefined
  /** Files that declare a namespace or module of that name (C#, Elixir). */
  readonly declares?: (name: string) => readonly string[]
  /** Files that define anything of that name. */
  readonly defines?: (name: string) => readonly string[]
}

/** Paths that an import leads to within the tree; empty where it leads out of it, or where nobody can tell. */
export type ResolveImport = (from: Importer, one: Import) => readonly string[]

/** A package of many files is named in full up to here: more would only say that everything is near everything. */
const mostFiles = 64

/** Makes what resolves the imports of a tree's files, from its paths and its package manifests. */
export function createImportResolver({ files, read, declares, defines }: ResolverInput): ResolveImport {
  const table = pathTable(files.map(({ path }) => path))
  const packages = treePackages(table, read)
  const folders = byFolder(table.paths)
  const byEnding = foldersByEnding(folders)
  const resolve = (from: Importer, one: Import): readonly string[] => {
    const { path } = from
    switch (from.language) {
      case 'typescript':
      case 'tsx':
      case 'javascript':
      case 'vue':
        return resolveScript(table, packages, path, one.specifier)
      case 'python':
        return resolvePython(table, path, one)
      case 'go':
        return resolveGo(folders, packages, one.specifier)
      case 'rust':
        return resolveRust(table, packages, path, one)
      case 'java':
      case 'kotlin':
      case 'scala':
        return resolveJava(table, byEnding, path, one, defines)
      case 'c':
      case 'cpp':
      case 'protobuf':
        return resolveInclude(table, path, one.specifier)
      case 'ruby':
        return resolveRuby(table, path, one.specifier)
      case 'php':
        return resolvePhp(table, packages, path, one)
      case 'lua':
        return resolveLua(table, path, one.specifier)
      case 'css':
        return resolveRelative(table, path, one.specifier, ['.css', '.scss', '.less'])
      case 'shell':
      case 'html':
      case 'zig':
      case 'solidity':
        return resolveRelative(table, path, one.specifier, [])
      case 'r':
        return /\.r$/i.test(one.specifier) ? resolveInclude(table, path, one.specifier) : []
      case 'hcl':
        return resolveFolder(folders, path, one.specifier)
      case 'dart':
        return resolveDart(table, packages, path, one.specifier)
      case 'csharp':
      case 'elixir':
        return declares?.(one.specifier) ?? []
      default:
        return []
    }
  }
  return (from, one) => {
    const found = resolve(from, one).filter((path) => path !== from.path)
    return found.length > mostFiles ? [] : found
  }
}

function byFolder(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const folders = new Map<string, string[]>()
  for (const path of paths) {
    const folder = folderOf(path)
    const known = folders.get(folder)
    if (known === undefined) folders.set(folder, [path])
    else known.push(path)
  }
  return folders
}

/** Folders by how they end, found by a table of their own. */
function foldersByEnding(folders: ReadonlyMap<string, readonly string[]>): FoldersByEnding {
  const table = pathTable([...folders.keys()].sort())
  return (ending, from) => folders.get(table.endingWith(ending, from)[0] ?? '\0') ?? []
}
