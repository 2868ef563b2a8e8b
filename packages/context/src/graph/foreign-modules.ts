import type { GraphFile } from './import-targets.ts'

const scripts = new Set(['typescript', 'tsx', 'javascript', 'vue', 'svelte'])

/** Answers whether a module that no file of the tree was found for lies outside of it for sure: what is called as it is there means nothing of the tree's own. */
export function foreignIn(files: readonly GraphFile[]): (language: string | null, specifier: string) => boolean {
  let parts: ReadonlySet<string> | undefined
  const isOwn = (part: string): boolean => (parts ??= partsOf(files)).has(part)
  return (language, specifier) => {
    if (scripts.has(language ?? '')) return isPackage(specifier) && !isOwn(packageName(specifier))
    switch (language) {
      case 'python':
        return !specifier.startsWith('.') && !isOwn(specifier.split('.')[0] ?? '')
      case 'rust':
        return (
          /^(?:std|core|alloc)(?:::|$)/.test(specifier) ||
          (/^(?!crate|self|super)\w+/.test(specifier) && !isOwn(specifier.split('::')[0] ?? ''))
        )
      case 'java':
      case 'kotlin':
      case 'scala':
      case 'php':
        return true // found by how its path ends, wherever it may lie
      case 'dart':
        return /^(?:package|dart):/.test(specifier)
      default:
        return false
    }
  }
}

/** What can be the name of a package of npm, or of Node's own. */
const isPackage = (specifier: string): boolean => /^(?:node:)?(?:@[\w-][\w.-]*\/)?[a-z\d][\w.-]*(?:\/|$)/i.test(specifier)

const packageName = (specifier: string): string => specifier.split('/')[specifier.startsWith('@') ? 1 : 0] ?? ''

/** Names of all folders, and of files without what they end with. */
function partsOf(files: readonly GraphFile[]): ReadonlySet<string> {
  const parts = new Set<string>()
  let last = ''
  for (const { path } of files) {
    const slash = path.lastIndexOf('/')
    const folder = path.slice(0, Math.max(0, slash))
    if (folder !== last) for (const part of folder.split('/')) parts.add(part)
    last = folder
    parts.add(path.slice(slash + 1).replace(/\..*$/, ''))
  }
  return parts
}
