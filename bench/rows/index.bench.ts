import { execFile } from 'node:child_process'
import { appendFile, cp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openIndex } from '@codeforge/context/indexer/open-index'
import { openCodeSearch } from '@codeforge/context/search/open-code-search'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import type { Family } from '../harness/family.ts'
import { generateTree, makeLargeTree } from '../scenes/large-tree.ts'

const signal = new AbortController().signal
const manyFiles = 5000
const name = 'index: exact symbols with two threads, 5,000 files'

/** Milliseconds that the grammars take over a tree that only the quick scan knows. */
async function completeIn(root: string, storeDirectory: string, threads: number): Promise<number> {
  using index = await openIndex({ root, storeDirectory, threads }, signal)
  const tree = await index.update(signal)
  const began = performance.now()
  const exact = await index.complete(tree, signal)
  if (exact.report.parsed !== manyFiles) throw new Error(`${exact.report.parsed} files were parsed`)
  return performance.now() - began
}

/** Looks at a tree until nothing is left to be read: times so shortly before a file was read tell nothing. */
async function scanUntilSettled(root: string, storeDirectory: string): Promise<void> {
  for (let look = 0; look < 2; look += 1) {
    using index = await openIndex({ root, storeDirectory }, signal)
    await index.update(signal)
  }
}

const exactSymbols: Family = {
  name: 'index, exact symbols',
  rows: [{ name, unit: 'ms', comparedWith: 'one thread', marks: [{ of: 'ratio', is: 'at most', value: 0.67 }] }],
  warmUps: 0,
  async open() {
    await using stack = new AsyncDisposableStack()
    const directory = stack.use(await temporaryDirectory('bench-index'))
    const [root, scanned] = [join(directory.path, 'tree'), join(directory.path, 'scanned')]
    await generateTree(root, manyFiles, 1)
    await scanUntilSettled(root, scanned)
    const measureWith = async (threads: number) => {
      const store = join(directory.path, `store${threads}`)
      await cp(scanned, store, { recursive: true })
      const milliseconds = await completeIn(root, store, threads)
      await rm(store, { recursive: true })
      return { [name]: milliseconds }
    }
    const owned = stack.move()
    return {
      ours: () => measureWith(2),
      baseline: () => measureWith(1),
      [Symbol.asyncDispose]: async () => owned.disposeAsync(),
    }
  },
}

const run = promisify(execFile)

/** Code intelligence over a tree; without history, which is another row's. */
async function openSearch(root: string, storeDirectory: string) {
  return openCodeSearch({ root, index: await openIndex({ root, storeDirectory }, signal), commits: 0 })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const warm = 'index: warm start, 5,000 files'
const unchanged = 'index: nothing changed, 5,000 files'
const oneFile = 'index: one changed file of 5,000'

const warmIndex: Family = {
  name: 'index, warm',
  rows: [
    { name: warm, unit: 'ms', comparedWith: 'git status', marks: [{ of: 'ours', is: 'at most', value: 300 }] },
    { name: unchanged, unit: 'ms', comparedWith: 'git status', marks: [] },
    { name: oneFile, unit: 'ms', comparedWith: 'git status', marks: [{ of: 'ours', is: 'at most', value: 50 }] },
  ],
  async open() {
    await using stack = new AsyncDisposableStack()
    const directory = stack.use(await temporaryDirectory('bench-warm'))
    const [root, store] = [join(directory.path, 'tree'), join(directory.path, 'store')]
    const changed = await makeLargeTree(root, manyFiles)
    {
      using search = await openSearch(root, store)
      await search.refresh(signal)
    }
    // Times so shortly before they are read tell nothing: each file is read once more.
    using settled = await openSearch(root, store)
    await settled.refresh(signal)
    let count = 0
    const owned = stack.move()
    return {
      ours: async () => {
        let opened: Awaited<ReturnType<typeof openSearch>> | undefined
        const start = await timed(async () => (opened = await openSearch(root, store)).refresh(signal))
        using search = opened
        const same = await timed(async () => search?.refresh(signal))
        await appendFile(changed, `\n// ${(count += 1)}\n`)
        return { [warm]: start, [unchanged]: same, [oneFile]: await timed(async () => search?.refresh(signal)) }
      },
      baseline: async () => {
        const status = await timed(() => run('git', ['-C', root, 'status', '--porcelain'], { maxBuffer: 1 << 28 }))
        return { [warm]: status, [unchanged]: status, [oneFile]: status }
      },
      [Symbol.asyncDispose]: async () => owned.disposeAsync(),
    }
  },
}

const cold = 'index: cold search and map, 5,000 files'

const coldIndex: Family = {
  name: 'index, cold',
  rows: [{ name: cold, unit: 'ms', comparedWith: 'universal-ctags', marks: [{ of: 'ratio', is: 'at most', value: 0.34 }] }],
  warmUps: 0,
  async open() {
    const { stdout } = await run('ctags', ['--version']).catch(() => ({ stdout: '' }))
    if (!stdout.startsWith('Universal Ctags'))
      throw new Error('This row is SKIPPED: universal-ctags is not installed. Install it to measure.')
    await using stack = new AsyncDisposableStack()
    const directory = stack.use(await temporaryDirectory('bench-cold'))
    const root = join(directory.path, 'tree')
    await makeLargeTree(root, manyFiles)
    const { stdout: list } = await run('git', ['-C', root, 'ls-files'], { maxBuffer: 1 << 28 })
    const names = join(directory.path, 'names')
    await writeFile(names, list)
    const store = join(directory.path, 'store')
    const owned = stack.move()
    return {
      ours: async () => {
        // The repository is new, the program is not: code that it compiled stays.
        for (const name of await readdir(store).catch(() => [])) if (name.includes('.index')) await rm(join(store, name))
        let opened: Awaited<ReturnType<typeof openSearch>> | undefined
        const milliseconds = await timed(async () => {
          opened = await openSearch(root, store)
          await opened.refresh(signal)
          opened.search('parse the response of a request')
          opened.map({ tokens: 2000 })
        })
        opened?.[Symbol.dispose]() // what was learnt is written once the answers are there
        return { [cold]: milliseconds }
      },
      baseline: async () => ({
        [cold]: await timed(() => run('ctags', ['--sort=no', '-f', '/dev/null', '-L', names], { cwd: root, maxBuffer: 1 << 28 })),
      }),
      [Symbol.asyncDispose]: async () => owned.disposeAsync(),
    }
  },
}

export const families: readonly Family[] = [exactSymbols, warmIndex, coldIndex]
