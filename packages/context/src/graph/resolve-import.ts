/** A file that an import leads to, and how sure that is (0 to 1). */
export interface ImportTarget {
  readonly file: number
  readonly confidence: number
}

/** Names that stand for the folder they lie in. */
const folderNames = new Set(['index', 'mod', '__init__', 'lib', 'main'])
/** More files than this answer equally well: none of them is meant. */
const mostTargets = 12
const confidence = { relative: 1, path: 0.9, name: 0.6 } as const

/** Finds the files that imports mean, by the ends of their paths: one way that serves most languages. */
export class ImportResolver {
  readonly #byEnd = new Map<string, { readonly file: number; readonly parts: readonly string[] }[]>()
  readonly #byFolder = new Map<string, number[]>()
  readonly #exact = new Map<string, number>()

  constructor(files: Iterable<readonly [path: string, file: number]>) {
    for (const [path, file] of files) {
      const parts = path.replace(/\.[^./]+$/, '').split('/')
      this.#exact.set(parts.join('/'), file)
      this.#exact.set(path, file)
      this.#addEnd(parts, file)
      if (folderNames.has(parts.at(-1) ?? '')) {
        this.#exact.set(parts.slice(0, -1).join('/'), file)
        this.#addEnd(parts.slice(0, -1), file)
      }
      const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
      const inFolder = this.#byFolder.get(folder)
      if (inFolder) inFolder.push(file)
      else this.#byFolder.set(folder, [file])
    }
  }

  resolve(from: string, specifier: string): readonly ImportTarget[] {
    const bare = specifier.replace(/^['"<]+|['">;]+$/g, '')
    if (/^\.{1,2}(\/|$)/.test(bare)) return this.#relative(from, bare)
    if (bare.startsWith('.')) return this.#relative(from, pythonRelative(bare))
    const parts = bare.split(/[/.:\\]+/).filter((part) => part !== '' && !['crate', 'self', 'super', '@', '~'].includes(part))
    const stem = bare.includes('/')
      ? bare
          .replace(/\.(h|hh|hpp|hxx|inc|rb|php|js|ts|mjs|cjs|py|proto|dart)$/, '')
          .split('/')
          .filter(Boolean)
      : parts
    return this.#byPath(stem) ?? this.#byPath(parts.slice(0, -1)) ?? this.#inFolder(stem) ?? []
  }

  #relative(from: string, specifier: string): readonly ImportTarget[] {
    const parts = from.split('/').slice(0, -1)
    for (const part of specifier.split('/')) {
      if (part === '..') parts.pop()
      else if (part !== '.' && part !== '') parts.push(part)
    }
    const path = parts.join('/')
    const file = this.#exact.get(path) ?? this.#exact.get(path.replace(/\.[^./]+$/, ''))
    return file === undefined ? [] : [{ file, confidence: confidence.relative }]
  }

  /** The files whose paths end like the import, as far back as any does. */
  #byPath(parts: readonly string[]): readonly ImportTarget[] | undefined {
    const candidates = this.#byEnd.get(parts.at(-1) ?? '') ?? []
    let longest = 0
    let found: number[] = []
    for (const { file, parts: own } of candidates) {
      const same = sameEnd(own, parts)
      if (same > longest) [longest, found] = [same, []]
      if (same === longest) found.push(file)
    }
    const sure = longest === parts.length && longest > 1
    if (found.length === 0 || found.length > (sure ? mostTargets : 1) || (!sure && parts.length > 1 && longest < 2)) return undefined
    return found.map((file) => ({ file, confidence: (sure ? confidence.path : confidence.name) / found.length }))
  }

  /** Languages whose unit is the folder, as Go and Java wildcards. */
  #inFolder(parts: readonly string[]): readonly ImportTarget[] | undefined {
    for (let start = 0; start < parts.length; start += 1) {
      const files = this.#byFolder.get(parts.slice(start).join('/'))
      if (files) return files.slice(0, mostTargets).map((file) => ({ file, confidence: confidence.path }))
    }
    return undefined
  }

  #addEnd(parts: readonly string[], file: number): void {
    const end = parts.at(-1) ?? ''
    const same = this.#byEnd.get(end)
    if (same) same.push({ file, parts })
    else this.#byEnd.set(end, [{ file, parts }])
  }
}

function sameEnd(own: readonly string[], asked: readonly string[]): number {
  let same = 0
  while (same < own.length && same < asked.length && own[own.length - 1 - same] === asked[asked.length - 1 - same]) same += 1
  return same
}

/** `..pkg.mod` as `../pkg/mod`. */
function pythonRelative(specifier: string): string {
  const dots = /^\.+/.exec(specifier)?.[0].length ?? 1
  return `${dots === 1 ? '.' : Array.from({ length: dots - 1 }, () => '..').join('/')}/${specifier.slice(dots).replaceAll('.', '/')}`
}
