/** Paths of a tree, to be found whole or by how they end. */
export interface PathTable {
  has(path: string): boolean
  /** Those that end with these folders and this name, nearest to `from` first. */
  endingWith(ending: string, from: string): readonly string[]
  readonly paths: readonly string[]
}

/** Makes the table; `paths` are ordered, and so are its answers. */
export function pathTable(paths: readonly string[]): PathTable {
  const all = new Set(paths)
  const byName = new Map<string, string[]>()
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const known = byName.get(name)
    if (known === undefined) byName.set(name, [path])
    else known.push(path)
  }
  return {
    paths,
    has: (path) => all.has(path),
    endingWith: (ending, from) => {
      const named = byName.get(ending.slice(ending.lastIndexOf('/') + 1)) ?? []
      const found = named.filter((path) => path === ending || path.endsWith(`/${ending}`))
      return found.length < 2
        ? found
        : found
            .map((path) => ({ path, near: nearness(path, from) }))
            .sort((one, other) => other.near - one.near || one.path.length - other.path.length || (one.path < other.path ? -1 : 1))
            .map(({ path }) => path)
    },
  }
}

/** How many folders two paths share from the root on. */
function nearness(one: string, other: string): number {
  const [left, right] = [one.split('/'), other.split('/')]
  let shared = 0
  while (shared < left.length - 1 && left[shared] === right[shared]) shared += 1
  return shared
}

/** Folder of a path, without a slash at its end. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** `a/b` and `../c` make `a/c`; null where it leaves the tree. */
export function joinPath(folder: string, relative: string): string | null {
  const parts = folder === '' ? [] : folder.split('/')
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts.join('/')
}
