import { execFile } from 'node:child_process'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { promisify } from 'node:util'

/** Where figures were taken: they mean nothing without. */
export interface Machine {
  readonly at: string
  readonly node: string
  readonly git: string
  readonly system: string
  readonly processor: string
  readonly cores: number
  readonly memoryMb: number
  /** Of the last minute, before the start: above the number of cores, others were at work. */
  readonly load: number
}

/** Describes this machine at this moment. */
export async function describeMachine(): Promise<Machine> {
  const { stdout } = await promisify(execFile)('git', ['--version'])
  return {
    at: new Date().toISOString(),
    node: process.version,
    git: stdout.trim().replace('git version ', ''),
    system: `${process.platform} ${release()} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryMb: Math.round(totalmem() / 1024 / 1024),
    load: loadavg()[0] ?? NaN,
  }
}

/** The same in one line. */
export function machineLine({ at, node, git, system, processor, cores, memoryMb, load }: Machine): string {
  return `${at} · Node ${node} · git ${git} · ${system} · ${cores} × ${processor} · ${memoryMb} MB · load ${load.toFixed(1)}`
}
