import { readFileSync, readdirSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readWatch } from '@codeforge/testing/watched-process'
import type { ProcessWatch } from '@codeforge/testing/watched-process'
import type { System } from '../system/system.ts'

const megabyte = 1024 * 1024

/** Measures processes, store and files of a system. Processes leave what they know of themselves in the watch file, `%pid` in its name being theirs. */
export async function takeSample(system: System, watch: string): Promise<Readonly<Record<string, number>>> {
  const processes = (await Promise.all(Object.entries(system.processes()).map(async ([name, { pid }]) => [
    ...memoryOf(name, pid, await readWatch(watch.replace('%pid', String(pid)))), [`${name} descriptors`, descriptorsOf(pid)] as const,
  ]))).flat()
  const [store] = await system.query<{ bytes: number; events: number; runs: number }>(
    'select pg_database_size(current_database())::float as bytes, (select count(*) from events)::int as events, (select count(*) from runs)::int as runs')
  const places = await Promise.all(Object.entries(system.places).map(async ([name, path]) => [`${name} MB`, await megabytesBelow(path)] as const))
  const folders = await Promise.all(Object.entries(system.places).filter(([name]) => name.endsWith('repositories')).map(async ([name, path]) =>
    [`${name} workspace folders`, (await readdir(join(path, 'workspaces')).catch(() => [])).length] as const))
  return {
    ...Object.fromEntries(processes),
    'database MB': (store?.bytes ?? 0) / megabyte, 'event rows': store?.events ?? 0, 'run rows': store?.runs ?? 0,
    ...Object.fromEntries(places), ...Object.fromEntries(folders),
  }
}

/** Whether anything leaks shows in what a full collection leaves; the rest of the memory is room that V8 and the allocator keep. */
function memoryOf(name: string, pid: number, { liveHeapMb, usedHeapMb, heapMb, externalMb, arrayBuffersMb }: ProcessWatch): readonly (readonly [string, number])[] {
  const resident = residentMegabytes(pid)
  return [
    [`${name} memory MB`, resident], [`${name} live heap MB`, liveHeapMb], [`${name} used heap MB`, usedHeapMb], [`${name} heap MB`, heapMb],
    [`${name} external MB`, externalMb], [`${name} buffers MB`, arrayBuffersMb],
  ]
}

function residentMegabytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** On disk; a file with several names counts once for each. */
async function megabytesBelow(path: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ blocks: 0 }))).blocks * 512
  }
  return bytes / megabyte
}
