import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { ShellAnalysis, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import type { Answer } from './answer.ts'
import { isWholeWorkspace } from './paths.ts'
import type { PolicySituation } from './policy-call.ts'
import { runsProjectCode } from './project-code.ts'
import { isTextValue } from './text-values.ts'

const understood: readonly Answer[] = [{ layer: 'command-safety', decision: 'allow', ruleId: 'command-understood', reason: 'everything the command executes is known' }]

const ask = (ruleId: string, reason: string, instead?: string): Answer => ({ layer: 'command-safety', decision: 'ask', ruleId, reason, instead })

/** What a command may do that no allow rule makes safe: what is not known, privilege, destruction, network. */
export function commandLayer(profile: PolicyProfile, situation: PolicySituation, analysis: ShellAnalysis): readonly Answer[] {
  const [unknown] = analysis.unknown
  const answers: Answer[] = unknown === undefined
    ? []
    : [ask('command-unknown', `what the command would do cannot be told from its text (${unknown})`, 'write it plainly, with the values in place')]
  for (const command of analysis.commands) answers.push(...ofCommand(profile, command), ...wholeWorkspace(command, situation.workspace))
  // Where the project's code may run anyway, a file with a crafted name can do nothing that this code could not.
  const bounded = profile.situation !== 'read-only' && (situation.sandboxEnforces || profile.sandbox.trustsProject)
  if (!bounded && analysis.commands.some((command) => command.effects.includes('splits-names') && !(situation.sandboxEnforces && showsFiles(command)))) {
    answers.push(ask('names-split', 'a file with a blank in its name would be taken for several', 'pass the names with find -print0 | xargs -0'))
  }
  return answers.length > 0 ? answers : understood
}

function ofCommand(profile: PolicyProfile, command: SimpleCommand): Answer[] {
  const name = command.program ?? command.source
  const answers = unknownArgument(command, name)
  for (const effect of command.effects) {
    const answer = ofEffect(profile, command, name, effect)
    if (answer !== null) answers.push(answer)
  }
  return answers
}

const removers: ReadonlySet<string> = new Set(['rm', 'rmdir', 'unlink', 'shred', 'srm', 'trash', 'rimraf', 'mv'])

/** The table of programs knows `.` and `*`; that an absolute path is the workspace is known only here. */
function wholeWorkspace({ program, args, paths, source }: SimpleCommand, workspace: string | null): Answer[] {
  // `npx` names the program that it runs first.
  if (program === null || !(removers.has(program) || removers.has(args[0]?.value ?? ''))) return []
  const whole = paths.some(({ path, access }) => access === 'write' && path !== null && isWholeWorkspace(path, workspace))
  return whole ? [ask('command-destructive', `${source.slice(0, 80)} takes away the whole workspace`)] : []
}

function unknownArgument(command: SimpleCommand, name: string): Answer[] {
  if (command.inert || (command.program !== 'git' && runsProjectCode(command))) return []
  const unknown = command.args.find(({ value }, index) => value === null && !isTextValue(command, index))
  return unknown === undefined ? [] : [ask('argument-unknown', `the argument ${unknown.source} of ${name} cannot be known before it runs`, 'write the value itself')]
}

function ofEffect(profile: PolicyProfile, command: SimpleCommand, name: string, effect: SimpleCommand['effects'][number]): Answer | null {
  switch (effect) {
    case 'privileged':
      return ask('command-privileged', `${name} asks for more rights than the run has`)
    case 'destructive':
      return ask('command-destructive', `${command.source.slice(0, 80)} destroys what cannot be brought back`)
    case 'exhausts':
      return ask('command-exhausts', `${name} can use up the machine`)
    case 'interactive':
      return ask('command-interactive', `${name} waits for somebody at a terminal`)
    case 'network':
      return ofNetwork(profile, name)
    case 'runs-text':
    case 'project-code':
    case 'splits-names':
      return null
    default:
      return effect satisfies never
  }
}

/** The analysis does not tell hosts, and no sandbox filters them: a list of hosts is asked about, every time. */
function ofNetwork(profile: PolicyProfile, name: string): Answer | null {
  const { network } = profile.sandbox
  if (network === 'all') return null
  if (network !== 'none') return ask('network-hosts', `${name} reaches the network, where only ${network.hosts.join(', ')} may be reached`)
  return {
    layer: 'command-safety', decision: 'deny', ruleId: 'network-none', reason: `${name} reaches the network, which this profile does not allow`,
    instead: 'work with what is in the workspace',
  }
}

/** What only shows files opens at worst another file of the workspace, where a sandbox keeps all others away. */
function showsFiles({ program }: SimpleCommand): boolean {
  return program !== null && viewers.has(program)
}

const viewers: ReadonlySet<string> = new Set('cat head tail wc grep egrep fgrep ls stat file nl du md5sum sha1sum sha256sum cksum basename dirname echo'.split(' '))
