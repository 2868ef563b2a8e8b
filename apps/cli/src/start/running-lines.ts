import { LoginLink } from '../api/replies.ts'
import type { RunningHost } from '../api/connect.ts'
import type { Terminal } from '../output/terminal.ts'
import { commandName } from '../output/command-name.ts'

/** What is said where another process is the host already. */
export async function runningLines(running: RunningHost | null, c: Terminal['out']): Promise<string[]> {
  if (!running) return ['Another CodeForge process holds the data directory and is just starting or stopping. Try again in a moment.']
  const { path } = await running.client.post('/login-links', LoginLink)
  return [
    `CodeForge runs already on this data${running.pid === null ? '' : ` (process ${running.pid})`}.`,
    `  ${c.dim('dashboard')}  ${c.cyan(`${running.client.url}${path}`)}`,
    c.dim(`${commandName()} stop ends it.`),
  ]
}
