import { execFile } from 'node:child_process'
import { readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { CodeForgeError } from '@codeforge/contracts/error-code'

/** Fast shutdown, immediate shutdown, and the end, each with the milliseconds to wait for it. */
const ways = [['SIGINT', 10_000], ['SIGQUIT', 5_000], ['SIGKILL', 5_000]] as const

/** Stops the processes that an earlier host, which was killed, left at work in a data directory. The caller holds that directory's lock. */
export async function stopLeftover(data: string): Promise<void> {
  for (const [signal, patience] of ways) {
    const left = await serverProcesses(data)
    if (left.length === 0) return
    for (const pid of left) kill(pid, signal)
    await gone(left, patience)
  }
  const left = await serverProcesses(data)
  if (left.length > 0) throw new CodeForgeError('data-locked', `A PostgreSQL server (process ${left.join(', ')}) is at work in ${data} and cannot be stopped.`)
}

/** The postmaster and, where it is dead, backends that outlive it for a moment: every server process works in its data directory. */
async function serverProcesses(data: string): Promise<number[]> {
  const postmaster = await recordedPostmaster(data)
  if (postmaster !== null && await isServerOf(postmaster, data)) return [postmaster]
  if (process.platform !== 'linux') return []
  const directory = await realpath(data).catch(() => null)
  if (directory === null) return []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const inside = await Promise.all(pids.map(async (pid) => await workingDirectory(pid) === directory && await isPostgres(pid)))
  return pids.filter((_, index) => inside[index])
}

async function recordedPostmaster(data: string): Promise<number | null> {
  const lines = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(lines, 10)
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : null
}

/** A number in a file may belong to another process by now. */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (process.platform !== 'linux') return (await described(pid)).includes(data)
  const directory = await workingDirectory(pid)
  // A server under another user hides its working directory; its name and command line are for all to read.
  return await isPostgres(pid) && (directory === null ? (await commandLine(pid)).includes(data) : directory === await realpath(data))
}

/** The command line where there is no /proc. */
async function described(pid: number): Promise<string> {
  return promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).then(({ stdout }) => stdout, () => '')
}

function workingDirectory(pid: number): Promise<string | null> {
  return readlink(`/proc/${String(pid)}/cwd`).catch(() => null)
}

async function isPostgres(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${String(pid)}/comm`, 'utf8').catch(() => '')).trim() === 'postgres'
}

async function commandLine(pid: number): Promise<readonly string[]> {
  return (await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '')).split('\0')
}

async function gone(pids: readonly number[], patience: number): Promise<void> {
  for (const end = performance.now() + patience; performance.now() < end && pids.some(isAlive);) await sleep(5)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone meanwhile.
  }
}
