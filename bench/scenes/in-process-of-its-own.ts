import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Runs a program of this folder and answers what it sends. Throws where it ends without. */
export async function inProcessOfItsOwn<Report>(name: string, args: readonly string[]): Promise<Report> {
  const child = fork(new URL(name, import.meta.url), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let report: Report | undefined
  child.on('message', (message) => (report = message as Report))
  await once(child, 'exit')
  if (report === undefined) throw new Error(`${name} ended without a report.`)
  return report
}
