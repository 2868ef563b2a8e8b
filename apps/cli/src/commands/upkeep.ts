import { constants } from 'node:fs'
import { chmod, copyFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { exitCodes } from '@codeforge/contracts/run-status'
import { loadConfig } from '@codeforge/host/config/load-config'
import { Backup, Collected } from '../api/replies.ts'
import { withSession } from '../api/with-session.ts'
import { globalsOf } from '../globals.ts'
import { interruption } from '../interruption.ts'
import { askLine } from '../output/ask-line.ts'
import { bytes, plural } from '../output/figures.ts'
import { CommandEnded } from '../output/report-error.ts'
import type { Terminal } from '../output/terminal.ts'
import { runsPastRetention } from '../upkeep/runs-past-retention.ts'

/** `codeforge backup`, `restore` and `gc`. */
export function addUpkeep(program: Command, terminal: Terminal): void {
  program.command('backup')
    .summary('write a backup of the database')
    .description('Writes a backup of the database: into the data directory, and to FILE where one is named. Artifacts and checkpoints are files of the data directory; copy those too.')
    .argument('[file]', 'where to; must not exist yet')
    .action(async (file: string | undefined, _options: unknown, command: Command) =>
      withSession(command, terminal, { work: false }, async ({ session: { client } }) => {
        const target = file === undefined ? null : resolve(file)
        if (target !== null && await stat(target).catch(() => null)) throw new CodeForgeError('conflict', `${target} exists already.`)
        const written = await client.post('/backups', Backup)
        if (target !== null) await copy(written.file, target)
        terminal.print(target ?? written.file)
        return 0
      }))
  program.command('restore')
    .summary('replace the database by a backup')
    .description('Replaces everything in the database by a backup. No CodeForge may serve the data meanwhile; what was there is backed up first.')
    .argument('<file>', 'a backup')
    .option('-y, --yes', 'does not ask')
    .action(async (file: string, { yes }: { yes?: true }, command: Command) => restore(terminal, resolve(file), yes === true, command))
  program.command('gc')
    .summary('remove what is past its time')
    .description('Removes what is past its retention: old runs with their events and files, checkpoints, leftovers.')
    .option('--dry-run', 'only tells what would go')
    .action(async ({ dryRun }: { dryRun?: true }, command: Command) => collectGarbage(terminal, dryRun === true, command))
}

async function copy(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL)
    await chmod(to, 0o600)
  } catch (error) {
    throw new CodeForgeError('invalid-input', `The backup is ${from}, but cannot be copied to ${to}: ${(error as Error).message}`, { cause: error })
  }
}

async function restore(terminal: Terminal, file: string, yes: boolean, command: Command): Promise<void> {
  using stopping = interruption()
  if (!await stat(file).catch(() => null)) throw new CodeForgeError('invalid-input', `There is no ${file}.`)
  if (!yes && !await confirmed(terminal, `Replace everything in the database by ${file}?`, stopping.signal)) throw new CommandEnded(exitCodes.cancelled)
  const { restoreBackup } = await import('../upkeep/restore-backup.ts')
  const saved = await restoreBackup(globalsOf(command), file, stopping.signal)
  if (saved !== null) terminal.note(`What was there is saved in ${saved}.`)
  terminal.print(`Restored ${file}.`)
}

async function confirmed(terminal: Terminal, question: string, signal: AbortSignal): Promise<boolean> {
  if (!terminal.interactive) throw new CodeForgeError('invalid-input', 'Nobody is there to confirm it; --yes does.')
  const typed = await askLine(`${question} [y/N] `, signal)
  return /^y(es)?$/i.test(typed?.trim() ?? '')
}

async function collectGarbage(terminal: Terminal, dryRun: boolean, command: Command): Promise<void> {
  const { config: { storage } } = await loadConfig(globalsOf(command).config, process.env)
  await withSession(command, terminal, { work: false }, async ({ session: { client } }) => {
    if (dryRun) {
      const runs = await runsPastRetention(client, storage.keepRunsDays, Date.now())
      terminal.print(`Would remove ${plural(runs, 'run')} that ended more than ${storage.keepRunsDays} days ago, with events and files,`)
      terminal.print(`checkpoints of runs that ended more than ${storage.keepCheckpointsDays} days ago, and files that nothing refers to.`)
      return 0
    }
    const removed = await client.post('/gc', Collected)
    terminal.print(`Removed ${plural(removed.runs, 'run')} and ${plural(removed.artifacts, 'file')}; ${bytes(removed.bytes)} are free again.`)
    return 0
  })
}
