import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Fact, WorkResult } from '@codeforge/contracts/fact'
import type { Verdict } from '@codeforge/contracts/verdict'
import { denialWords } from '@codeforge/domain/policy/reason-words'
import { limitsOf } from '@codeforge/domain/resource-limits'
import type { InlineCall } from '../facts/inflate.ts'
import { markObservation } from '../policy/outside.ts'
import { builtInTools } from '../tools/all.ts'
import { checkArguments } from '../tools/arguments.ts'
import { failed, type Tool, type ToolArguments, type ToolResult } from '../tools/tool.ts'
import { PathRefused } from '../workspace/relative-path.ts'
import { codeOf } from '../workspace/walk-path.ts'
import { askCode } from './ask-code.ts'
import { questionAbout } from './question-about.ts'
import { searchDeeply } from './search-deeply.ts'
import type { Agent } from './session.ts'
import { watchChanges, type WatchedReach } from './watch-changes.ts'

/** A finished or denied call, for the stall detector. */
export interface Performed {
  readonly call: InlineCall
  readonly ok: boolean
  readonly observation: string
  /** Tree of the last checkpoint after it. */
  readonly tree: string
}

export interface CallOptions {
  /** What the model sent in place of arguments, by call id. */
  readonly invalid: ReadonlyMap<string, string>
  readonly turn: number
  observe(performed: Performed): void
}

type Ready = { readonly call: InlineCall; readonly tool: Tool; readonly args: ToolArguments; readonly verdict: Verdict }

/** Judges and performs the calls of a turn that have no result yet. A result ends the work: somebody is asked, or wants it stopped here. */
export async function performCalls(agent: Agent, options: CallOptions): Promise<WorkResult | null> {
  for (;;) {
    const reading = await readySideBySide(agent, options)
    if (reading.length > 0) {
      await Promise.all(reading.map((ready) => perform(agent, ready, options)))
      continue
    }
    const [call] = agent.conversation.pending
    if (!call) return null
    if (agent.control.wish === 'hand-over') return { kind: 'handed-over' }
    const asked = await performOne(agent, call, options)
    if (asked) return asked
  }
}

/** Reading calls that run at the same time: each may start a program. */
const mostSideBySide = 8

/** The reading calls at the head of what is pending, where they are allowed: they may run at the same time. */
async function readySideBySide(agent: Agent, options: CallOptions): Promise<readonly Ready[]> {
  const ready: Ready[] = []
  for (const call of agent.conversation.pending.slice(0, mostSideBySide)) {
    if (agent.tools.get(call.tool)?.effect !== 'read') break
    const checked = check(agent, call, options)
    if ('problem' in checked || checked.tool.writes) break
    const verdict = await agent.gate.judge(call)
    if (verdict.decision !== 'allow') break
    ready.push({ call, ...checked, verdict })
  }
  return ready.length > 1 ? ready : []
}

async function performOne(agent: Agent, call: InlineCall, options: CallOptions): Promise<WorkResult | null> {
  const checked = check(agent, call, options)
  if ('problem' in checked) {
    await finish(agent, call, { result: failed(checked.problem), durationMs: 0, changedFiles: [], facts: [] }, options)
    return null
  }
  const verdict = await agent.gate.judge(call)
  switch (verdict.decision) {
    case 'allow':
      await perform(agent, { call, ...checked, verdict }, options)
      return null
    case 'deny':
      deny(agent, call, verdict, options)
      return null
    case 'ask':
      await agent.outbox.add({ kind: 'toolcall.asked', turn: options.turn, call, verdict })
      return { kind: 'asked', questions: [questionAbout(call, verdict)] }
    default:
      return verdict.decision satisfies never
  }
}

/** Whether there is such a tool and the arguments fit it; the model gets a sentence where not. */
function check(agent: Agent, call: InlineCall, { invalid }: CallOptions): { tool: Tool; args: ToolArguments } | { problem: string } {
  const declaration = agent.tools.get(call.tool)
  const tool = builtInTools.get(call.tool)
  if (!declaration || !tool) return { problem: `There is no tool '${call.tool}'. The tools are: ${[...agent.tools.keys()].join(', ')}.` }
  const sent = invalid.get(call.id)
  if (sent !== undefined) return { problem: `The arguments of ${call.tool} were not a JSON object: ${sent.slice(0, 300)}` }
  const checked = checkArguments(declaration, call.args)
  return 'mistakes' in checked ? { problem: `The arguments of ${call.tool} do not fit. ${checked.mistakes}` } : { tool, args: checked.args }
}

function deny(agent: Agent, call: InlineCall, verdict: Verdict, options: CallOptions): void {
  const observation = denialWords(verdict.ruleId, verdict.reason).slice(0, 4000)
  agent.outbox.note({ kind: 'toolcall.denied', turn: options.turn, call, verdict, observation })
  agent.conversation.addResult(call, false, observation)
  options.observe({ call, ok: false, observation, tree: agent.checkpoints.last.tree })
}

async function perform(agent: Agent, { call, tool, args, verdict }: Ready, options: CallOptions): Promise<void> {
  const { clock } = agent.ports
  await agent.outbox.add({ kind: 'toolcall.allowed', turn: options.turn, call, verdict })
  const started = clock.monotonic()
  const reach = watchChanges(agent.place)
  const result = await runTool(agent, call, { tool, args, reach, turn: options.turn })
  const durationMs = clock.monotonic() - started
  // Checkpoint and result reach core together: a result that is recorded is never without its files, nor run twice.
  const taken = tool.writes ? await agent.checkpoints.take(`${call.tool} ${call.id}`, reach.touched()) : { changedFiles: [], facts: [] }
  await finish(agent, call, { result, durationMs, ...taken }, options)
}

interface Running {
  readonly tool: Tool
  readonly args: ToolArguments
  readonly reach: WatchedReach
  readonly turn: number
}

async function runTool(agent: Agent, call: InlineCall, { tool, args, reach, turn }: Running): Promise<ToolResult> {
  const { place, control, live, work, config } = agent
  const show = (text: string): void => live.send({ kind: 'terminal.delta', runId: work.runId, callId: call.id, text })
  try {
    const code = askCode(agent, { path: place.workspace.path, snapshot: null })
    const context = { files: reach.files, sandbox: reach.sandbox, environment: place.environment, limits: limitsOf(work.policy.limits, config.limits), show, code, searchDeeply: searchDeeply(agent, { turn, callId: call.id }) }
    return await tool.run(args, context, control.signal)
  } catch (error) {
    control.signal.throwIfAborted()
    if (error instanceof PathRefused) return failed(error.message)
    if (error instanceof CodeForgeError) throw error
    if (codeOf(error) === 'ENOSPC') throw new CodeForgeError('disk-full', 'There is no space left for the workspace.', { cause: error })
    agent.ports.log.warn('a tool failed', { runId: work.runId, tool: tool.name, error })
    return failed(`${tool.name} failed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

interface Finished {
  readonly result: ToolResult
  readonly durationMs: number
  readonly changedFiles: readonly string[]
  readonly facts: readonly Fact[]
}

async function finish(agent: Agent, call: InlineCall, { result, durationMs, changedFiles, facts }: Finished, options: CallOptions): Promise<void> {
  const { artifactStore, analyse } = agent.ports
  const observation = markObservation(call, result.observation, analyse)
  const output = result.output ? await artifactStore.put(result.output, 'text/plain; charset=utf-8', agent.control.signal) : null
  // Kept with what comes next, before the next call of a tool or of the model begins.
  agent.outbox.note(...facts, {
    kind: 'toolcall.completed', turn: options.turn, callId: call.id, tool: call.tool, ok: result.ok, observation,
    output, exitCode: result.exitCode ?? null, durationMs, changedFiles: [...changedFiles],
  })
  agent.conversation.addResult(call, result.ok, observation)
  options.observe({ call, ok: result.ok, observation, tree: agent.checkpoints.last.tree })
}
