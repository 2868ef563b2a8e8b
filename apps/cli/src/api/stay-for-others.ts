import { setTimeout as sleep } from 'node:timers/promises'
import { plural } from '../output/figures.ts'
import type { Terminal } from '../output/terminal.ts'
import { RunPage } from './replies.ts'
import type { Session } from './session.ts'

const lookMs = 500

/**
 * A host leaves only when no run is at work: others' runs have their worker in this process. At the first Ctrl-C it
 * leaves all the same; the runs then go on wherever the next host is.
 */
export async function stayForOthers(session: Session, terminal: Terminal, interrupted: AbortSignal): Promise<void> {
  if (session.host() === null || interrupted.aborted) return
  let told = false
  for (;;) {
    const { items } = await session.client.get('/runs', RunPage, { query: { status: 'queued,running,checking,delivering', limit: 200 } })
    if (items.length === 0) return
    if (!told) {
      terminal.note(`${plural(items.length, 'run')} still ${items.length === 1 ? 'works' : 'work'} in this process, which stays until the end. Ctrl-C leaves; the next codeforge command goes on with ${items.length === 1 ? 'it' : 'them'}.`)
    }
    told = true
    try {
      await sleep(lookMs, undefined, { signal: interrupted })
    } catch {
      return
    }
  }
}
