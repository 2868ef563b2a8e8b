import { createHash } from 'node:crypto'
import { constants, cp, mkdir, rename, rm, stat } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { RunWork } from '@codeforge/contracts/run-work'
import { headAndTail } from '../tools/bounded-text.ts'
import { collectOutput } from '../tools/collect-output.ts'
import type { Place, Session } from './session.ts'

/** Makes a fresh workspace ready: from an earlier setup with the same key, or by the commands. Fails with `setup-failed`. */
export async function runSetup(session: Session, place: Place): Promise<void> {
  const { setup } = session.work
  if (setup.commands.length === 0) return
  const { clock } = session.ports
  await session.outbox.add({ kind: 'setup.started', commands: setup.commands })
  const started = clock.monotonic()
  const cache = join(session.config.cacheDirectory, 'setup', await setupKey(session.work, place))
  const cached = setup.cacheKeyFiles.length > 0 && (await bringBack(cache, place.workspace.path, setup.reuse))
  const printed = cached ? '' : await runCommands(session, place)
  if (!cached && setup.cacheKeyFiles.length > 0) await keep(place.workspace.path, cache, setup.reuse)
  const output = printed === '' ? null : await session.ports.artifactStore.put(Buffer.from(printed), 'text/plain; charset=utf-8', session.control.signal)
  await session.outbox.add({ kind: 'setup.completed', cached, durationMs: clock.monotonic() - started, output })
}

async function runCommands(session: Session, place: Place): Promise<string> {
  const { setup } = session.work
  const deadline = session.ports.clock.monotonic() + setup.timeoutSeconds * 1000
  let printed = ''
  for (const command of setup.commands) {
    const timeoutMs = Math.max(1, deadline - session.ports.clock.monotonic())
    const request = { command, directory: '.', environment: place.environment, timeoutMs }
    const { text, ended } = await collectOutput(place.sandbox, request, () => undefined, session.control.signal)
    printed += `$ ${command}\n${text}\n`
    if (ended.exitCode === 0) continue
    await session.outbox.add({ kind: 'setup.failed', command, exitCode: ended.exitCode, output: headAndTail(text) })
    throw new CodeForgeError('setup-failed', `The setup command '${command}' ended with ${ended.exitCode === null ? ended.ending : `exit code ${ended.exitCode}`}.`)
  }
  return printed
}

/** Same commands and same contents of the key files on the same platform: the same result. */
async function setupKey({ projectId, setup }: RunWork, { files }: Place): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([projectId, process.platform, process.arch, setup.commands, setup.reuse]))
  for (const path of setup.cacheKeyFiles) {
    const bytes = await files.read(path).catch(() => null)
    hash.update(`\0${path}\0${bytes === null ? 'absent' : bytes.length}\0`).update(bytes ?? '')
  }
  return hash.digest('hex')
}

async function bringBack(cache: string, workspace: string, folders: readonly string[]): Promise<boolean> {
  if (!(await exists(cache))) return false
  await copyFolders(cache, workspace, folders)
  return true
}

async function keep(workspace: string, cache: string, folders: readonly string[]): Promise<void> {
  const temporary = `${cache}.${randomUUID()}`
  await mkdir(temporary, { recursive: true })
  await copyFolders(workspace, temporary, folders)
  await rename(temporary, cache).catch(() => rm(temporary, { recursive: true, force: true })) // another run kept the same meanwhile
}

async function copyFolders(from: string, to: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    if (!(await exists(join(from, folder))) || (await exists(join(to, folder)))) continue
    await cp(join(from, folder), join(to, folder), { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false)
}
