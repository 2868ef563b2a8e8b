import { estimateTokens } from '@codeforge/domain/tokens'
import type { CodeSearch } from '@codeforge/context/search/code-search'
import { Baseline } from './baseline.ts'
import type { Case } from './cases.ts'
import { git } from './cases.ts'
import { isTest } from './source-files.ts'

const budget = 8000
const windowLines = 60
const mostCases = 100
const signal = new AbortController().signal

interface PackInput {
  readonly repository: string
  readonly search: CodeSearch
  readonly texts: readonly { readonly path: string; readonly text: string }[]
  readonly cases: readonly Case[]
}

/** For each change, the share of the lines it removed or rewrote that a pack of 8,000 tokens shows: ours, and the best BM25 windows of 60 lines. */
export async function packShares({
  repository,
  search,
  texts,
  cases,
}: PackInput): Promise<{ readonly ours: readonly number[]; readonly theirs: readonly number[] }> {
  const lines = new Map(texts.map(({ path, text }) => [path, text.split('\n')]))
  const windows = windowsOf(texts.filter(({ path }) => !isTest(path)))
  const baseline = new Baseline(windows.map(({ text }, number) => ({ path: String(number), text })))
  const ours: number[] = []
  const theirs: number[] = []
  for (const one of cases.slice(0, mostCases)) {
    const wanted = await touchedLines(repository, one, lines)
    if (wanted.size === 0) continue
    const pack = await search.pack({ task: one.message, tokens: budget }, signal)
    ours.push(
      shareOf(
        wanted,
        pack.entries.flatMap(({ place }) => (place ? [place] : [])),
      ),
    )
    theirs.push(shareOf(wanted, bestWindows(baseline, windows, one.message)))
  }
  return { ours, theirs }
}

interface Place {
  readonly path: string
  readonly startLine: number
  readonly endLine: number
}

function windowsOf(texts: PackInput['texts']): readonly (Place & { readonly text: string })[] {
  return texts.flatMap(({ path, text }) => {
    const lines = text.split('\n')
    return Array.from({ length: Math.ceil(lines.length / windowLines) }, (_, at) => {
      const start = at * windowLines
      const part = lines.slice(start, start + windowLines)
      return { path, startLine: start + 1, endLine: start + part.length, text: part.join('\n') }
    })
  })
}

function bestWindows(baseline: Baseline, windows: readonly (Place & { readonly text: string })[], query: string): readonly Place[] {
  let left = budget
  return baseline.rank(query, 200).flatMap((number) => {
    const window = windows[Number(number)]!
    const tokens = estimateTokens(`--- ${window.path}:${window.startLine}\n${window.text}\n\n`)
    if (tokens > left) return []
    left -= tokens
    return [window]
  })
}

/** Lines of the evaluated tree that a later change removed: found by their text, where it stands once in the file. */
async function touchedLines(
  repository: string,
  { id, truth }: Case,
  lines: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlySet<string>> {
  const diff = await git(repository, 'show', '-U0', '--no-renames', '--no-ext-diff', '--format=', id, '--', ...truth)
  const wanted = new Set<string>()
  let path = ''
  for (const line of diff.split('\n')) {
    if (line.startsWith('--- a/')) path = line.slice(6)
    else if (line.startsWith('-') && !line.startsWith('---') && line.trim().length > 4) {
      const file = lines.get(path) ?? []
      const at = file.indexOf(line.slice(1))
      if (at >= 0 && file.lastIndexOf(line.slice(1)) === at) wanted.add(`${path}:${at + 1}`)
    }
  }
  return wanted
}

function shareOf(wanted: ReadonlySet<string>, places: readonly Place[]): number {
  const held = [...wanted].filter((place) => {
    const colon = place.lastIndexOf(':')
    const line = Number(place.slice(colon + 1))
    return places.some(({ path, startLine, endLine }) => path === place.slice(0, colon) && startLine <= line && line <= endLine)
  })
  return held.length / wanted.size
}
