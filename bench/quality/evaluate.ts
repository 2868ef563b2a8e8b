import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { openRepositorySearch } from '@codeforge/context/search/open-repository-search'
import { Baseline } from './baseline.ts'
import type { Case } from './cases.ts'
import { findCases, git } from './cases.ts'
import type { Quality } from './measure.ts'
import { qualityOf } from './measure.ts'
import { packShares } from './packs.ts'
import { isSource, isTest } from './source-files.ts'

/** How a query was made from a change: its whole message, or its first line. */
export const forms = ['message', 'title'] as const
export type Form = (typeof forms)[number]

export interface Pair {
  readonly ours: Quality
  readonly theirs: Quality
}

/** What was measured on one repository. */
export interface Evaluation {
  readonly name: string
  readonly files: number
  readonly chunks: number
  readonly cases: number
  readonly pairs: Readonly<Record<Form, readonly Pair[]>>
  /** Milliseconds of each search. */
  readonly times: readonly number[]
  /** Shares of the touched lines that packs hold; null where no change had lines to find. */
  readonly packs: { readonly ours: readonly number[]; readonly theirs: readonly number[] }
}

export interface EvaluateOptions {
  /** Fewest changes wanted as queries. */
  readonly wanted: number
  /** Newest changes of the past that are known, as in a shallow clone; 0 leaves out what they say, undefined knows all. */
  readonly commits: number | undefined
  readonly packs: boolean
}

const ranked = 100
const signal = new AbortController().signal

/** Measures search on the tree before a repository's newest changes, in a work tree that is removed afterwards. */
export async function evaluate(repository: string, { wanted, commits, packs }: EvaluateOptions): Promise<Evaluation> {
  const { base, cases } = await findCases(repository, wanted)
  const scratch = await mkdtemp(join(tmpdir(), 'codeforge-quality-'))
  try {
    const root = join(scratch, 'tree')
    await git(scratch, 'clone', '-q', '--shared', '--no-checkout', resolve(repository), root)
    await git(root, 'checkout', '-q', '--detach', base)
    using search = await openRepositorySearch(
      { root, storeDirectory: join(scratch, 'store'), ...(commits !== undefined && { commits }) },
      signal,
    )
    const { files, chunks } = await search.refresh(signal)
    const texts = await sourceTexts(root)
    const baseline = new Baseline(texts.filter(({ path }) => !isTest(path)))
    const times: number[] = []
    const pairOf = (query: string, { truth }: Case): Pair => {
      const started = performance.now()
      const hits = search.search(query, { top: ranked, files: true })
      times.push(performance.now() - started)
      return {
        ours: qualityOf(
          hits.map(({ path }) => path),
          truth,
        ),
        theirs: qualityOf(baseline.rank(query, ranked), truth),
      }
    }
    const pairs = { message: cases.map((one) => pairOf(one.message, one)), title: cases.map((one) => pairOf(one.title, one)) }
    const shares = packs ? await packShares({ repository, search, texts, cases }) : { ours: [], theirs: [] }
    return { name: nameOf(repository), files, chunks, cases: cases.length, pairs, times, packs: shares }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function sourceTexts(root: string): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const paths = (await git(root, 'ls-files')).split('\n').filter(isSource).sort()
  const texts = await Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8').catch(() => '') })))
  return texts.filter(({ text }) => text !== '' && text.length < 1 << 20)
}

function nameOf(repository: string): string {
  const own = basename(resolve(repository)).replace(/\.git$/, '')
  return own === 'repo' || own === '' ? basename(dirname(resolve(repository))) : own
}
