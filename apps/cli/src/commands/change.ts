import type { Command } from 'commander'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { Project } from '@codeforge/contracts/project'
import type { Run } from '@codeforge/contracts/run'
import type { Session } from '../api/session.ts'
import { withSession } from '../api/with-session.ts'
import { dropBranch } from '../change/drop-branch.ts'
import { gitUntil } from '../change/git.ts'
import { globalsOf } from '../globals.ts'
import { shortId } from '../output/figures.ts'
import type { Terminal } from '../output/terminal.ts'
import { findRun } from '../run/find-run.ts'
import { findRepository } from '../run/repository.ts'
import { keptWords, statLine } from '../run/result-lines.ts'
import { commandName } from '../output/command-name.ts'

/** `codeforge apply` and `undo`: take what a run delivered, or take it back. */
export function addChange(program: Command, terminal: Terminal): void {
  program.command('apply')
    .summary('apply what a run delivered to your files')
    .description('Applies the change that a run delivered, or left undelivered, to the files of the repository: all of it or nothing. Index and branches stay.')
    .argument('<run>', 'id, its beginning, or `last`')
    .option('-r, --repo <path>', 'another working tree than the one of the run\'s project')
    .action(async (named: string, { repo }: { repo?: string }, command: Command) =>
      withSession(command, terminal, { work: false }, async ({ session, interrupted }) => {
        const run = await findRun(session.client, named)
        const patch = await patchOf(session, run)
        const target = await targetOf(session, run, repo)
        const { applyPatch, refuseOverlap } = await import('../change/apply-patch.ts')
        await refuseOverlap(gitUntil(interrupted), target, patch)
        await applyPatch(globalsOf(command), target, patch, false, interrupted)
        const stat = run.delivery?.stat ?? run.kept
        if (run.kept !== null) terminal.note(terminal.err.yellow(`The change is ${keptWords(run)}.`))
        terminal.print(`Applied to ${target}: ${stat === null ? 'the change' : statLine(stat)}. ${commandName()} undo ${shortId(run.id)} --applied takes it back.`)
        return 0
      }))
  program.command('undo')
    .summary('take back what a run delivered')
    .description('Takes back what a run delivered: deletes its branch if nobody has added to it, or takes an applied change out of your files.')
    .argument('<run>', 'id, its beginning, or `last`')
    .option('-r, --repo <path>', 'another working tree than the one of the run\'s project')
    .option('--applied', 'takes the applied change out of the files, also where the run delivered a branch')
    .action(async (named: string, { repo, applied }: { repo?: string, applied?: true }, command: Command) =>
      withSession(command, terminal, { work: false }, async ({ session, interrupted }) => {
        const run = await findRun(session.client, named)
        const target = await targetOf(session, run, repo)
        const { branch, commit } = run.delivery ?? { branch: null, commit: null }
        if (run.deliver === 'commit-local' && commit !== null) throw onBranch(commit)
        if (run.deliver === 'branch' && branch !== null && commit !== null && !applied) {
          await dropBranch(gitUntil(interrupted), target, branch, commit)
          terminal.print(`Deleted branch ${branch}. The change is still in the run: ${commandName()} diff ${shortId(run.id)}.`)
          return 0
        }
        const { applyPatch } = await import('../change/apply-patch.ts')
        await applyPatch(globalsOf(command), target, await patchOf(session, run), true, interrupted)
        terminal.print(`Taken back from the files in ${target}.`)
        return 0
      }))
}

function onBranch(commit: string): CodeForgeError {
  return new CodeForgeError('conflict', `The run committed to your branch, which only you may change. To take it back: git revert ${commit.slice(0, 12)}`)
}

async function patchOf({ client }: Session, run: Run): Promise<Uint8Array> {
  if (run.status !== 'ended') throw new CodeForgeError('conflict', `The run is ${run.status}; it has delivered nothing yet. ${commandName()} logs -f ${shortId(run.id)} follows it.`)
  const patch = await client.bytes(`/runs/${run.id}/diff`)
  if (patch.length === 0) throw new CodeForgeError('conflict', 'The run changed nothing.')
  return patch
}

async function targetOf({ client }: Session, run: Run, named: string | undefined): Promise<string> {
  const path = named ?? (await client.get(`/projects/${run.projectId}`, Project)).localPath
  if (path === null) throw new CodeForgeError('invalid-input', 'The run worked on a remote repository. Name a working tree: --repo PATH.')
  const repository = await findRepository(path)
  if (repository.kind === 'remote') throw new CodeForgeError('invalid-input', 'Name a working tree on this machine: --repo PATH.')
  return repository.path
}
