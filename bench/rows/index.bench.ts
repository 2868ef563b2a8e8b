import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openIndex } from '@codeforge/context/indexer/open-index'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import type { Family } from '../harness/family.ts'

const signal = new AbortController().signal
const folders = 8
const filesInEach = 30
const name = 'exact symbols with two threads'

/** Texts that differ, of some two hundred lines each. */
function textOf(number: number): string {
  const parts = Array.from(
    { length: 40 },
    (_, part) =>
      `export function work${number}_${part}(input: string): string {\n  const parts = input.split('${part}')\n  return parts.map((one) => helper${part}(one)).join('')\n}\n`,
  )
  return `import { helper1 } from './f${number % filesInEach}.ts'\n${parts.join('\n')}`
}

async function makeTree(root: string): Promise<void> {
  for (let folder = 0; folder < folders; folder++) {
    await mkdir(join(root, `d${folder}`), { recursive: true })
    for (let file = 0; file < filesInEach; file++)
      await writeFile(join(root, `d${folder}`, `f${file}.ts`), textOf(folder * filesInEach + file))
  }
}

/** Milliseconds that the grammars take over a tree that only the quick scan knows. */
async function completeIn(root: string, storeDirectory: string, threads: number): Promise<number> {
  using index = await openIndex({ root, storeDirectory, threads }, signal)
  const tree = await index.update(signal)
  const began = performance.now()
  const exact = await index.complete(tree, signal)
  if (exact.report.parsed !== folders * filesInEach) throw new Error(`${exact.report.parsed} files were parsed`)
  return performance.now() - began
}

export const family: Family = {
  name: 'index, exact symbols',
  rows: [{ name, unit: 'ms', comparedWith: 'one thread', marks: [{ of: 'ratio', is: 'at most', value: 0.67 }] }],
  warmUps: 1,
  async open() {
    await using stack = new AsyncDisposableStack()
    const directory = stack.use(await temporaryDirectory('bench-index'))
    const root = join(directory.path, 'tree')
    await makeTree(root)
    let count = 0
    const store = (): string => join(directory.path, `store${(count += 1)}`)
    const owned = stack.move()
    return {
      ours: async () => ({ [name]: await completeIn(root, store(), 2) }),
      baseline: async () => ({ [name]: await completeIn(root, store(), 1) }),
      [Symbol.asyncDispose]: async () => owned.disposeAsync(),
    }
  },
}
