import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openIndex } from '@codeforge/context/indexer/open-index'
import { openCodeSearch } from '@codeforge/context/search/open-code-search'

/** What a process reports of a tree that it made searchable. */
export interface IndexProcessReport {
  readonly files: number
  readonly chunks: number
  /** From nothing until a search and a map were answered. */
  readonly milliseconds: number
  /** Resident memory at its highest, and once all was answered, in MB. */
  readonly peakMb: number
  readonly residentMb: number
  /** On disk, once all was written. */
  readonly storeMb: number
  /** From the order to stop until it had stopped; null where it was not to stop. */
  readonly cancelledMs: number | null
  /** How often it told how far it was. */
  readonly progress: number
}

/** Run as a program of its own, since memory belongs to a process: the tree, the store, and `cancel` where it is to stop halfway. */
const [root = '', storeDirectory = '', cancel = ''] = process.argv.slice(2)
const stop = new AbortController()
let stopping = 0
let progress = 0
const began = performance.now()
const search = openCodeSearch({ root, index: await openIndex({ root, storeDirectory }, stop.signal), commits: 0 })
const onProgress = ({ done, total, stage }: { readonly done: number; readonly total: number; readonly stage: string }): void => {
  progress += 1
  if (cancel === '' || stage !== 'scan' || done < total / 4 || stopping > 0) return
  stopping = performance.now()
  stop.abort(new Error('enough'))
}
const status = await search.refresh(stop.signal, onProgress).catch(() => undefined)
const cancelledMs = stopping > 0 ? performance.now() - stopping : null
if (status !== undefined) {
  search.search('parse the response of a request')
  search.map({ tokens: 2000 })
}
const milliseconds = performance.now() - began
const residentMb = process.memoryUsage.rss() / 1e6
search[Symbol.dispose]() // writes what waited
process.send?.({
  files: status?.files ?? 0,
  chunks: status?.chunks ?? 0,
  milliseconds,
  peakMb: process.resourceUsage().maxRSS / 1000,
  residentMb,
  storeMb: sizeOf(storeDirectory) / 1e6,
  cancelledMs,
  progress,
} satisfies IndexProcessReport)
process.disconnect()

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}
