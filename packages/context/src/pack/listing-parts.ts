import { listRepository } from '../list-repository.ts'
import { mentionedPaths } from '../mentioned-paths.ts'
import type { ReadableFiles } from '../readable-files.ts'
import { readmeHead } from '../readme-head.ts'
import type { PackPart } from './build-pack.ts'
import type { PackCandidate } from './context-pack.ts'
import { cutToTokens } from './cut-text.ts'
import type { TokenCounter } from './token-counter.ts'

const headTokens = 30
const mostListed = 400

/** What can be said of a tree that has no index: its files, its README, what the task names. */
export async function listingParts(
  files: ReadableFiles,
  task: string,
  counter: TokenCounter,
  signal: AbortSignal,
): Promise<readonly PackPart[]> {
  const paths = await listRepository(files, signal)
  return [
    { name: 'files that the task names', share: 0.6, candidates: (budget) => named(files, mentionedPaths(task, paths), budget, counter) },
    {
      name: 'summary',
      share: 0.25,
      candidates: async (budget) =>
        (await readmeHead(files, paths)).map(({ source, reason, text }) => ({
          kind: 'summary',
          source,
          reason,
          provenance: 'tree',
          priority: 50,
          text: cutToTokens(text, budget - headTokens, counter),
        })),
    },
    { name: 'listing', share: 0.3, candidates: (budget) => listing(paths, budget, counter) },
  ]
}

async function named(
  files: ReadableFiles,
  paths: readonly string[],
  budget: number,
  counter: TokenCounter,
): Promise<readonly PackCandidate[]> {
  const texts = await Promise.all(paths.map(async (path) => [path, await files.readText(path).catch(() => '')] as const))
  return texts.flatMap(([path, whole]) => {
    const text = cutToTokens(whole, Math.floor(budget / paths.length) - headTokens, counter)
    return text === '' ? [] : [{ kind: 'file', source: path, reason: 'the task names it', provenance: 'task', priority: 90, text }]
  })
}

function listing(paths: readonly string[], budget: number, counter: TokenCounter): readonly PackCandidate[] {
  const depth = (path: string) => path.split('/').length
  const shallow = [...paths].sort((one, other) => depth(one) - depth(other) || (one < other ? -1 : 1)).slice(0, mostListed)
  const text = cutToTokens(shallow.join('\n'), budget - headTokens, counter)
  return text === '' ? [] : [{ kind: 'map', source: 'files', reason: 'what the repository holds', provenance: 'tree', priority: 60, text }]
}
