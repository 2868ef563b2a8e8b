import { constants } from 'node:fs'
import { access, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { Accepted } from '@codeforge/contracts/api'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { RunId } from '@codeforge/contracts/ids'
import { Run } from '@codeforge/contracts/run'
import { DeliverMode, WorkspaceMode } from '@codeforge/contracts/run-request'
import { exitCodes } from '@codeforge/contracts/run-status'
import { loadConfig } from '@codeforge/host/config/load-config'
import { namedServer } from '../api/connect.ts'
import type { Session } from '../api/session.ts'
import { withSession } from '../api/with-session.ts'
import { globalsOf } from '../globals.ts'
import { shortId } from '../output/figures.ts'
import type { Terminal } from '../output/terminal.ts'
import { collect, money, positiveInteger, seconds } from '../parse-values.ts'
import { findOrCreateProject } from '../run/find-project.ts'
import { findRepository } from '../run/repository.ts'
import type { Repository } from '../run/repository.ts'
import { resultLines } from '../run/result-lines.ts'
import { readMaterial, readPrompt, runBody } from '../run/run-options.ts'
import type { RunOptions } from '../run/run-options.ts'
import { watchRun } from '../run/watch-run.ts'
import { commandName } from '../output/command-name.ts'

/** `codeforge run`: does a task in a repository and follows it to its end. */
export function addRun(program: Command, terminal: Terminal): void {
  program.command('run')
    .summary('do a task in a repository and follow it to its end')
    .description('Does a task in a repository: an agent works in a workspace of its own under a policy, gates check, the change is delivered.')
    .argument('[prompt]', 'what is to be done')
    .option('-r, --repo <path|url>', 'the repository: any path in it, or an address', '.')
    .option('-m, --mode <mode>', 'way of working; `codeforge modes` lists them', 'coder')
    .option('-p, --policy <name>', 'policy profile; `codeforge policy list` lists them')
    .option('-g, --gate <command>', 'command that must pass before anything is delivered; may come again', collect, [])
    .addOption(new Option('-d, --deliver <how>', 'what becomes of the result').choices(DeliverMode.exclude(['pr']).options))
    .option('--model <model>', 'model, as the endpoint names it')
    .option('--base <ref>', 'branch, tag or commit to start from (default: HEAD)', notAnOption)
    .option('--include-dirty', 'uncommitted and untracked files take part')
    .option('--ask', 'you are there to answer questions; without it, what needs an answer is denied')
    .option('--setup <command>', 'command that makes the workspace ready; may come again', collect, [])
    .addOption(new Option('--workspace <mode>', 'where the run works').choices(WorkspaceMode.options))
    .option('--max-cost <usd>', 'most that the run may spend', money)
    .option('--max-turns <n>', 'most calls of the model', positiveInteger)
    .option('--timeout <time>', 'longest time, such as 30m or 1h30m', seconds)
    .option('--prompt-file <file>', 'reads the task from a file; - is standard input')
    .option('--material <file>', 'a text from outside that belongs to the task, such as an issue; the agent takes no orders from it; may come again', collect, [])
    .option('-o, --output <file>', 'where --deliver patch writes the patch')
    .option('--detach', 'only starts the run and prints its id')
    .option('--json', 'prints one JSON object with the result, and nothing else')
    .action(async (prompt: string | undefined, options: RunOptions, command: Command) => runTask(terminal, prompt, options, command))
}

function notAnOption(value: string): string {
  if (value.startsWith('-')) throw new InvalidArgumentError('A branch, tag or commit does not start with a dash.')
  return value
}

async function runTask(terminal: Terminal, argument: string | undefined, options: RunOptions, command: Command): Promise<void> {
  const prompt = await readPrompt(argument, options.promptFile, process.stdin)
  const material = await readMaterial(options.material)
  const repository = await findRepository(options.repo)
  refuseElsewhere(repository, namedServer(process.env))
  if (options.output !== undefined) await access(dirname(resolve(options.output)), constants.W_OK)
  const { config } = await loadConfig(globalsOf(command).config, process.env)
  await withSession(command, terminal, { work: true }, async ({ session, interrupted }) => {
    const project = await findOrCreateProject(session, repository)
    const { id } = await session.client.post('/runs', Accepted, { body: { ...runBody(options), projectId: project.id, prompt, material } })
    if (options.detach) return started(session, terminal, id, options)
    terminal.note(terminal.err.dim(`run ${shortId(id)} in ${project.name}`))
    const run = await watchRun(session, terminal, id, { ask: options.ask === true, bell: config.notify.bell, cancels: true }, interrupted)
    if (config.notify.bell && terminal.live) process.stderr.write('\u0007')
    const patch = options.deliver === 'patch' && run.delivery?.patch ? await writePatch(session, run, options.output) : null
    return report(terminal, run, patch, options)
  })
}

/** A path of this machine means nothing to a server on another one. */
function refuseElsewhere({ kind }: Repository, server: { readonly url: string } | null): void {
  if (kind === 'remote' || server === null || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(server.url).hostname)) return
  throw new CodeForgeError('invalid-input', `The server is ${server.url}, which does not see your files. Name the repository by its address: --repo https://...`)
}

async function started(session: Session, terminal: Terminal, id: RunId, { json }: RunOptions): Promise<number> {
  if (json) terminal.print(JSON.stringify({ ...await session.client.get(`/runs/${id}`, Run), exitCode: 0, patchFile: null }))
  else terminal.print(id)
  terminal.note(terminal.err.dim(`${commandName()} logs -f ${shortId(id)} follows it.`))
  return 0
}

async function writePatch(session: Session, run: Run, output: string | undefined): Promise<string> {
  const file = resolve(output ?? `codeforge-${shortId(run.id)}.patch`)
  await writeFile(file, await session.client.bytes(`/runs/${run.id}/diff`))
  return file
}

function report(terminal: Terminal, run: Run, patchFile: string | null, { json }: RunOptions): number {
  const exitCode = run.outcome === null ? exitCodes.infrastructure : exitCodes[run.outcome]
  if (json) terminal.print(JSON.stringify({ ...run, exitCode, patchFile }))
  for (const line of resultLines(run, patchFile, json ? terminal.err : terminal.out)) if (!json) terminal.print(line)
  return exitCode
}
