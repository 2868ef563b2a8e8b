import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import type { Family } from '../harness/family.ts'
import { inProcessOfItsOwn } from '../scenes/in-process-of-its-own.ts'
import type { IndexProcessReport } from '../scenes/index-process.ts'
import { generateTree } from '../scenes/large-tree.ts'

interface HeldTexts {
  readonly residentMb: number
  readonly milliseconds: number
}

const chunks = 100_000
const chunksInEach = 24
const building = 'index: memory while 100,000 chunks are built, peak'
const opened = 'index: memory with 100,000 chunks opened again'

const memory: Family = {
  name: 'index, memory',
  rows: [
    { name: building, unit: 'MB', comparedWith: 'the texts held by Node', marks: [{ of: 'ours', is: 'at most', value: 500 }] },
    { name: opened, unit: 'MB', comparedWith: 'the texts held by Node', marks: [{ of: 'ours', is: 'at most', value: 500 }] },
  ],
  warmUps: 0,
  async open() {
    await using stack = new AsyncDisposableStack()
    const directory = stack.use(await temporaryDirectory('bench-memory'))
    const [root, store] = [join(directory.path, 'tree'), join(directory.path, 'store')]
    await generateTree(root, Math.ceil(chunks / chunksInEach), chunksInEach)
    const owned = stack.move()
    return {
      ours: async () => {
        await rm(store, { recursive: true, force: true })
        const built = await inProcessOfItsOwn<IndexProcessReport>('index-process.ts', [root, store])
        if (built.chunks < chunks) throw new Error(`Only ${built.chunks} chunks were made.`)
        const again = await inProcessOfItsOwn<IndexProcessReport>('index-process.ts', [root, store])
        return { [building]: built.peakMb, [opened]: again.residentMb }
      },
      baseline: async () => {
        const { residentMb } = await inProcessOfItsOwn<HeldTexts>('hold-texts.ts', [root])
        return { [building]: residentMb, [opened]: residentMb }
      },
      [Symbol.asyncDispose]: async () => owned.disposeAsync(),
    }
  },
}

const files = 100_000
const usable = 'index: 100,000 files, search and map'
const peak = 'index: 100,000 files, memory at its peak'
const onDisk = 'index: 100,000 files, size on disk'
const cancelled = 'index: 100,000 files, cancelled on the way'

const scale: Family = {
  name: 'index, 100,000 files',
  rows: [
    { name: usable, unit: 'ms', comparedWith: 'reading the texts', marks: [] },
    { name: peak, unit: 'MB', comparedWith: 'the texts held by Node', marks: [{ of: 'ours', is: 'at most', value: 1000 }] },
    { name: onDisk, unit: 'MB', comparedWith: 'the texts held by Node', marks: [] },
    { name: cancelled, unit: 'ms', comparedWith: 'reading the texts', marks: [{ of: 'ours', is: 'at most', value: 1000 }] },
  ],
  warmUps: 0,
  async open() {
    await using stack = new AsyncDisposableStack()
    const directory = stack.use(await temporaryDirectory('bench-scale'))
    const [root, store] = [join(directory.path, 'tree'), join(directory.path, 'store')]
    await generateTree(root, files, 1)
    const owned = stack.move()
    return {
      ours: async () => {
        await rm(store, { recursive: true, force: true })
        const stopped = await inProcessOfItsOwn<IndexProcessReport>('index-process.ts', [root, store, 'cancel'])
        await rm(store, { recursive: true, force: true })
        const built = await inProcessOfItsOwn<IndexProcessReport>('index-process.ts', [root, store])
        if (built.files < files || built.progress < 100)
          throw new Error(`${built.files} files, told ${built.progress} times how far it was.`)
        return {
          [usable]: built.milliseconds,
          [peak]: built.peakMb,
          [onDisk]: built.storeMb,
          [cancelled]: stopped.cancelledMs ?? Number.POSITIVE_INFINITY,
        }
      },
      baseline: async () => {
        const { residentMb, milliseconds } = await inProcessOfItsOwn<HeldTexts>('hold-texts.ts', [root])
        return { [usable]: milliseconds, [peak]: residentMb, [onDisk]: residentMb, [cancelled]: milliseconds }
      },
      [Symbol.asyncDispose]: async () => owned.disposeAsync(),
    }
  },
}

export const families: readonly Family[] = [memory, scale]
