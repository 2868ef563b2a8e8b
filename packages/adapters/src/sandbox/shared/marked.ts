import { readFileSync, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { sandboxMarker } from '@codeforge/ports/sandbox'
import { commandMarker, installationMarker } from './environment.ts'
import { isAlive, processNumbers, readProcess, sendSignal } from '../../processes/process-table.ts'

/** What the environment of a process says about where it belongs. */
export interface Marked {
  readonly run: string | undefined
  readonly installation: string | undefined
  readonly command: string | undefined
}

/** Reads the marker of a process; null where it has none, is not ours to read, or is gone. */
export function markerOf(pid: number): Marked | null {
  let text: string
  try {
    text = readFileSync(`/proc/${String(pid)}/environ`, 'utf8')
  } catch {
    return null
  }
  if (!text.includes(sandboxMarker)) return null
  const variables = new Map(text.split('\0').map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]))
  const run = variables.get(sandboxMarker)
  return run === undefined ? null : { run, installation: variables.get(installationMarker), command: variables.get(commandMarker) }
}

/** This process and those it descends from, which no sweep may ever end: CodeForge may itself work inside a run. */
function ownLine(): ReadonlySet<number> {
  const line = new Set<number>()
  for (let pid = process.pid; pid > 0 && !line.has(pid); pid = readProcess(pid)?.parent ?? 0) line.add(pid)
  return line
}

const isOurs = (pid: number): boolean => {
  try {
    return statSync(`/proc/${String(pid)}`).uid === process.getuid?.()
  } catch {
    return false
  }
}

/** Numbers of living processes of this user, out of the given ones, whose marker satisfies a condition. */
export function findMarked(candidates: readonly number[], matches: (marked: Marked) => boolean): readonly number[] {
  const spared = ownLine()
  return candidates.filter((pid) => {
    if (spared.has(pid) || !isOurs(pid)) return false
    const marked = markerOf(pid)
    return marked !== null && matches(marked) && isAlive(readProcess(pid))
  })
}

/**
 * Kills what a search finds until it finds nothing more; returns how many processes that were.
 * They are stopped first: what is stopped cannot start another while the rest is being found.
 */
export async function killFound(find: () => readonly number[]): Promise<number> {
  const stopped = new Set<number>()
  for (let round = 0; round < 200; round += 1) {
    const fresh = find().filter((pid) => !stopped.has(pid))
    if (fresh.length === 0) break
    for (const pid of fresh) {
      sendSignal(pid, 'SIGSTOP')
      stopped.add(pid)
    }
  }
  for (const pid of stopped) sendSignal(pid, 'SIGKILL')
  await gone(stopped)
  return stopped.size
}

/** Waits until none of the processes is alive, for a second at most. */
export async function gone(pids: Iterable<number>): Promise<void> {
  let left = [...pids]
  for (let round = 0; round < 200; round += 1) {
    left = left.filter((pid) => isAlive(readProcess(pid)))
    if (left.length === 0) return
    await wait(5)
  }
}

/** Kills the processes of this user and installation whose run is not alive. */
export function sweepMarked(installation: string, alive: ReadonlySet<string>): Promise<number> {
  return killFound(() => findMarked(processNumbers(), (marked) => marked.installation === installation && marked.run !== undefined && !alive.has(marked.run)))
}
