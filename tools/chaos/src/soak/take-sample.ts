import { readFileSync, readdirSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { System } from '../system/system.ts'

const megabyte = 1024 * 1024

/** Measures processes, store and files of a system. */
export async function takeSample(system: System): Promise<Readonly<Record<string, number>>> {
  const processes = Object.entries(system.processes()).flatMap(([name, { pid }]) => [
    [`${name} memory MB`, residentMegabytes(pid)] as const, [`${name} descriptors`, descriptorsOf(pid)] as const,
  ])
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
