import { realpath } from 'node:fs/promises'
import { Option, type Command } from 'commander'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { exitCodes } from '@codeforge/contracts/run-status'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Circumstances, PolicyDesk } from '@codeforge/host/policy/policy-desk'
import { globalsOf } from '../globals.ts'
import { inputLines } from '../input-lines.ts'
import { dollars, firstSentence } from '../output/figures.ts'
import { CommandEnded } from '../output/report-error.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'
import { addPolicySimulate } from './policy-simulate.ts'
import { checkLine } from '../policy/check-lines.ts'
import { explainLines } from '../policy/explain-lines.ts'

interface JudgeOptions {
  readonly profile: string
  readonly workspace?: string
  readonly situation: 'attended' | 'unattended'
  readonly sandbox?: 'none'
  readonly json?: true
}

/** `codeforge policy ...`: what profiles allow; all but `simulate` without a server. */
export function addPolicy(program: Command, terminal: Terminal): void {
  const policy = program.command('policy')
    .summary('list, show, test and try out policy profiles')
    .description('Policy profiles: what a run may do, and what it may cost.')
  policy.command('list')
    .description('Lists policy profiles.')
    .option('--json', 'prints one JSON object')
    .action(async ({ json }: { json?: true }, command: Command) => { list(await desk(command), terminal, json === true) })
  policy.command('show')
    .description('Prints a policy profile as YAML: guards, rules, limits, examples.')
    .argument('<name>', 'name of the profile')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { stringify } = await import('yaml')
      terminal.print(stringify((await desk(command)).profile(name)).trimEnd())
    })
  policy.command('test')
    .description('Runs the examples of profiles, and names those that do not come out as written. Ends with 1 where one does not.')
    .argument('<file...>', 'files with profiles, or names of profiles')
    .action(async (files: readonly string[], _options: unknown, command: Command) => test(await desk(command), terminal, files))
  judging(policy.command('check'))
    .description('Judges tool calls: one JSON object {id, tool, args} per line of standard input, one {id, decision, rule, reason, layers} per line of output, in order.')
    .addOption(new Option('--stdin', 'reads the calls from standard input').makeOptionMandatory())
    .action(async (options: JudgeOptions, command: Command) => check(await desk(command), terminal, options))
  judging(policy.command('explain'))
    .description('Shows every simple command that a shell command would execute, what each may read, write and reach, and the verdict.')
    .argument('<command>', 'shell command, as one word')
    .option('--json', 'prints one JSON object')
    .action(async (text: string, options: JudgeOptions, command: Command) => explain(await desk(command), terminal, text, options))
  addPolicySimulate(policy, terminal)
}

/** The options that say how calls are judged. */
function judging(command: Command): Command {
  return command
    .option('-p, --profile <name>', 'policy profile', 'headless-safe-sandbox')
    .option('--workspace <dir>', 'judge paths as seen from this directory, with its links followed')
    .addOption(new Option('--situation <who>', 'whether somebody is there to be asked; like `codeforge run`, nobody unless said otherwise').choices(['attended', 'unattended']).default('unattended'))
    .addOption(new Option('--sandbox <kind>', 'none: judge as if commands ran without a sandbox; otherwise as if the one that the profile demands is there').choices(['none']))
}

async function desk(command: Command): Promise<PolicyDesk> {
  const { config, data } = globalsOf(command)
  // Loaded here, with the analyser of shell commands: every other command starts faster without it.
  const { openPolicyDesk } = await import('@codeforge/host/policy/policy-desk')
  return openPolicyDesk({ environment: process.env, ...(config !== undefined && { configFile: config }), ...(data !== undefined && { dataDirectory: data }) })
}

function list({ profiles }: PolicyDesk, terminal: Terminal, json: boolean): void {
  const items = profiles.list().map(({ item, preset }) => ({ name: item.name, description: item.description, sandbox: item.sandbox, maxCostMicroUsd: item.maxCostMicroUsd, preset }))
  if (json) return terminal.print(JSON.stringify({ items }))
  const head = ['POLICY', 'SANDBOX', 'AT MOST', 'ALLOWS'].map((word) => terminal.out.dim(word))
  const rows = items.map(({ name, sandbox, maxCostMicroUsd, description }) => [name, sandbox.need, dollars(maxCostMicroUsd), firstSentence(description)])
  for (const line of table([head, ...rows])) terminal.print(line)
}

async function test(policyDesk: PolicyDesk, terminal: Terminal, files: readonly string[]): Promise<void> {
  let failed = false
  for (const file of files) {
    const profile = await named(policyDesk, file)
    const failing = policyDesk.failingExamples(profile)
    for (const { where, call, expected, got } of failing) {
      terminal.print(`${terminal.out.red('✖')} ${profile.name}, ${where}: ${JSON.stringify(call)}`)
      terminal.print(`    expected ${expected}, got ${got}`)
    }
    if (failing.length === 0) terminal.print(`${terminal.out.green('✔')} ${profile.name}: every example comes out as written`)
    failed ||= failing.length > 0
  }
  if (failed) throw new CommandEnded(exitCodes.infrastructure)
}

/** A profile by its file or, where there is no such file, by its name. */
async function named(policyDesk: PolicyDesk, file: string): Promise<PolicyProfile> {
  try {
    return await policyDesk.read(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || /[/.]/.test(file)) throw error
    return policyDesk.profile(file)
  }
}

async function circumstances({ workspace, situation, sandbox }: JudgeOptions): Promise<Circumstances> {
  const root = workspace === undefined ? null : await realpath(workspace).catch((cause: unknown) => {
    throw new CodeForgeError('invalid-input', `There is no directory ${workspace}.`, { cause })
  })
  return { workspace: root, attended: situation === 'attended', sandbox: sandbox ?? 'as-demanded' }
}

async function check(policyDesk: PolicyDesk, terminal: Terminal, options: JudgeOptions): Promise<void> {
  const judge = policyDesk.judge(policyDesk.profile(options.profile), await circumstances(options))
  for await (const line of inputLines(process.stdin)) {
    if (terminal.gone.aborted) return
    if (line.trim() !== '') terminal.print(JSON.stringify(checkLine(line, judge)))
  }
}

async function explain(policyDesk: PolicyDesk, terminal: Terminal, text: string, options: JudgeOptions): Promise<void> {
  const verdict = policyDesk.judge(policyDesk.profile(options.profile), await circumstances(options))({ tool: 'shell', args: { command: text } })
  const analysis = policyDesk.analyse(text)
  if (options.json) return terminal.print(JSON.stringify({ analysis, verdict }))
  for (const line of explainLines(analysis, verdict, terminal.out)) terminal.print(line)
}
