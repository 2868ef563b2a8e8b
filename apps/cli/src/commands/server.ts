import { execFile, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import { DetailedHealth } from '@codeforge/contracts/api'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { findHost, isAlive } from '../api/connect.ts'
import { LoginLink } from '../api/replies.ts'
import { globalsOf } from '../globals.ts'
import type { Terminal } from '../output/terminal.ts'
import { commandName } from '../output/command-name.ts'

/** A host hands its runs over within ten seconds; the rest is for a slow disk. */
const stopPatienceMs = 30_000

/** `codeforge stop` and `open`: the server that runs on the data directory. */
export function addServer(program: Command, terminal: Terminal): void {
  program.command('stop')
    .summary('stop the CodeForge that serves the data directory')
    .description('Asks the process that serves the data directory to stop, and waits until it has. Runs under way go on at the next start.')
    .option('--force', 'also where that process is a command at work, such as `codeforge run`, whose run is cancelled by it')
    .action(async (options: { force?: true }, command: Command) => stop(terminal, options, command))
  program.command('open')
    .summary('print a fresh sign-in link, and open it in a browser')
    .description('Prints a fresh sign-in link for the dashboard, good for one browser within ten minutes, and opens it where there is a desktop.')
    .option('--no-browser', 'only prints it')
    .action(async ({ browser }: { browser: boolean }, command: Command) => {
      const running = await findHost(globalsOf(command))
      if (!running) throw new CodeForgeError('unavailable', `No CodeForge serves this data. Start one: ${commandName()} start`)
      const link = `${running.client.url}${(await running.client.post('/login-links', LoginLink)).path}`
      terminal.print(link)
      if (browser && terminal.interactive) openBrowser(link)
    })
}

async function stop(terminal: Terminal, { force }: { force?: true }, command: Command): Promise<void> {
  const running = await findHost(globalsOf(command))
  if (!running) {
    terminal.print('No CodeForge serves this data.')
    return
  }
  const { pid } = running
  if (pid === null) throw new CodeForgeError('invalid-input', 'CODEFORGE_URL names a server that this command did not start; stop it where it runs.')
  // It knows our token, so it is the host of this data and no other program on an old port.
  await running.client.get('/health', DetailedHealth)
  const line = await commandLine(pid)
  if (!force && line !== null && !/\s(start|core)(\s|$)/.test(line)) {
    throw new CodeForgeError('conflict', `Process ${pid} is a command at work, which leaves by itself: ${line.slice(-120)}. --force stops it all the same.`)
  }
  process.kill(pid, 'SIGTERM')
  const deadline = Date.now() + stopPatienceMs
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new CodeForgeError('timeout', `Process ${pid} has not stopped within ${stopPatienceMs / 1000} s.`)
    await sleep(50)
  }
  terminal.print('Stopped.')
}

async function commandLine(pid: number): Promise<string | null> {
  const proc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null)
  if (proc !== null) return proc.replaceAll('\0', ' ').trim()
  return promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).then(({ stdout }) => stdout.trim(), () => null)
}

function openBrowser(link: string): void {
  const desktop = process.platform === 'darwin' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']
  if (!desktop) return
  const child = spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [link], { detached: true, stdio: 'ignore' })
  child.once('error', () => undefined)
  child.unref()
}
