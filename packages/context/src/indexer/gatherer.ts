import type { FileFacts } from '../extract/file-facts.ts'
import type { QuickScan } from '../extract/quick-scan.ts'

/** Makes one thing out of many texts, in the threads that read them anyway. A thread's module and a name, since functions do not cross threads. */
export interface Gatherer {
  /** URL of the module that exports a function without arguments, which answers a `Gathering`. */
  readonly module: string
  readonly exportName: string
  /** Takes what one thread made of a run of files. Runs come in any order, each once. */
  take(run: GatheredRun): void
}

/** What was made of files that follow each other in the order of paths. */
export interface GatheredRun {
  /** What the runs of one thread share (numbers that it dealt) holds among them, in the order they come in. */
  readonly thread: number
  readonly paths: readonly string[]
  readonly value: unknown
}

/** A thread's side of it. */
export interface Gathering {
  /** The quick scan of a text that is added next. */
  scan(text: string, language: string | null): QuickScan
  add(path: string, text: string, facts: FileFacts | QuickScan, language: string | null): void
  /** What was made of the files since the last call: values that can be handed to another thread. */
  take(): unknown
}

/** The function that a gatherer names. Throws a TypeError where the module does not export it. */
export async function loadGathering({ module, exportName }: Pick<Gatherer, 'module' | 'exportName'>): Promise<Gathering> {
  const found = ((await import(module)) as Record<string, unknown>)[exportName]
  if (typeof found !== 'function') throw new TypeError(`${module} exports no function ${exportName}.`)
  return (found as () => Gathering)()
}
