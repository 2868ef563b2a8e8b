import { readFileSync, readdirSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readWatch } from '@codeforge/testing/watched-process'
import type { ProcessWatch } from '@codeforge/testing/watched-process'
import type { System } from '../system/system.ts'

const megabyte = 1e6

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

/**
 * What V8 holds goes up and down in steps as large as 100 MB, since it doubles the room for young objects and gives it back. Whether
 * anything leaks shows in what a full collection leaves, and in what is held beyond V8: buffers, WebAssembly, the allocator's own.
 */
function memoryOf(name: string, pid: number, { liveHeapMb, heapMb }: ProcessWatch): readonly (readonly [string, number])[] {
  const resident = residentMegabytes(pid)
  return [
    [`${name} resident MB`, resident], [`${name} V8 MB`, heapMb], [`${name} live objects MB`, liveHeapMb], [`${name} beyond V8 MB`, resident - heapMb],
  ]
}

function residentMegabytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1.024e-3
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
