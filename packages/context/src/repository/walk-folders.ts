import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { readInside } from './read-file.ts'

const deepest = 100
const mostPaths = 2_000_000
const mostRuleBytes = 1_000_000
const never = new Set(['.git', '.hg', '.svn', 'node_modules', '__pycache__'])

interface Rules {
  /** Folder whose `.gitignore` this is, with `/` at its end, or empty. */
  readonly base: string
  readonly rules: Ignore
}

/** Paths of the regular files below a folder that no `.gitignore` names, for a tree that git does not know. Symbolic links are not followed. */
export function* walkFolders(root: string): Generator<string> {
  const folders: { path: string; rules: readonly Rules[]; depth: number }[] = [{ path: '', rules: [], depth: 0 }]
  let found = 0
  for (let folder = folders.pop(); folder !== undefined && found < mostPaths; folder = folders.pop()) {
    const rules = withOwnRules(root, folder.path, folder.rules)
    for (const entry of entriesOf(join(root, folder.path))) {
      const path = folder.path + entry.name
      if (never.has(entry.name) || entry.isSymbolicLink()) continue
      if (entry.isDirectory() && folder.depth < deepest && !isIgnored(rules, `${path}/`))
        folders.push({ path: `${path}/`, rules, depth: folder.depth + 1 })
      else if (entry.isFile() && !isIgnored(rules, path)) {
        found += 1
        yield path
      }
    }
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return [] // gone meanwhile, or not ours to read
  }
}

function withOwnRules(root: string, base: string, rules: readonly Rules[]): readonly Rules[] {
  try {
    const text = readInside(root, `${base}.gitignore`, mostRuleBytes).toString('utf8')
    return [...rules, { base, rules: ignore().add(text) }]
  } catch {
    return rules
  }
}

function isIgnored(rules: readonly Rules[], path: string): boolean {
  let ignored = false
  for (const { base, rules: own } of rules) {
    const verdict = own.test(path.slice(base.length))
    if (verdict.ignored) ignored = true
    else if (verdict.unignored) ignored = false
  }
  return ignored
}
