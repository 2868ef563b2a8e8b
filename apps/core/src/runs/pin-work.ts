import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { GateSpec } from '@codeforge/contracts/gate'
import type { Mode } from '@codeforge/contracts/mode'
import type { RunId } from '@codeforge/contracts/ids'
import { scriptedModelName } from '@codeforge/contracts/model-script'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { Project } from '@codeforge/contracts/project'
import type { CreateRun } from '@codeforge/contracts/run-request'
import type { ModelChoice, RepositorySource, RunWork } from '@codeforge/contracts/run-work'
import type { TerminationCondition } from '@codeforge/contracts/termination'
import { runBranch, runTitle } from '@codeforge/contracts/run-names'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import type { Caller } from '../caller.ts'

/** What a run works with besides what was asked for. */
export interface PinOptions {
  /** Name of the recorded conversation that stands in for a model. Only the demonstration has one. */
  readonly script?: string
  /** Used where neither the run nor the settings name a model. */
  readonly defaultModel?: string | null
}

/** Autonomy up to which somebody is taken to be there. */
const mostAttended = 3

/** Settles everything a run works with, by value, so that later changes of a profile, mode or project do not touch it. */
export function pinWork(
  ports: Pick<CorePorts, 'policies' | 'modes'>, config: CoreConfig, project: Project, command: CreateRun,
  { id, tenant, requestId }: Caller & { id: RunId }, { script, defaultModel = null }: PinOptions,
): RunWork {
  const policy = profileOf(ports, command.policy ?? project.policy ?? config.runs.policy)
  const mode = modeOf(ports, command.mode)
  const deliver = command.deliver ?? (mode.edits ? project.deliver ?? config.runs.deliver : 'none')
  if (deliver === 'pr') throw new CodeForgeError('unsupported', 'Pull requests are not delivered yet; use "branch" and open one from it.')
  return {
    runId: id,
    projectId: project.id,
    tenant,
    requestId,
    prompt: command.prompt,
    material: command.material,
    mode,
    policy,
    model: script === undefined ? modelOf(config, mode, command.model, defaultModel) : scriptedModel(script),
    gates: gatesOf(policy, mode, command.gates ?? project.gates),
    setup: command.setup ?? project.setup,
    workspace: {
      mode: command.workspaceMode ?? project.workspaceMode,
      source: sourceOf(project),
      baseRef: command.baseRef ?? project.defaultBranch,
      includeDirty: command.includeDirty,
    },
    deliver: { mode: deliver, branch: runBranch(id), title: runTitle(command.prompt) },
    attended: command.attended ?? mode.autonomy <= mostAttended,
    termination: strictest(policy.termination, command),
    maxCostMicroUsd: Math.min(policy.maxCostMicroUsd, command.maxCostMicroUsd ?? policy.maxCostMicroUsd),
    maxTokens: config.budget.tokensPerRun,
  }
}

function profileOf({ policies }: Pick<CorePorts, 'policies'>, name: string): PolicyProfile {
  const profile = policies.get(name)
  if (profile) return profile
  const known = policies.list().map(({ item }) => item.name).join(', ')
  throw new CodeForgeError('policy-not-found', `There is no policy profile '${name}'. Known: ${known}.`)
}

function modeOf({ modes }: Pick<CorePorts, 'modes'>, name: string): Mode {
  const mode = modes.get(name)
  if (mode) return mode
  throw new CodeForgeError('mode-not-found', `There is no mode '${name}'. Known: ${modes.list().map(({ item }) => item.id).join(', ')}.`)
}

function modelOf({ llm, prices }: CoreConfig, mode: Mode, wanted: string | undefined, fallback: string | null): ModelChoice {
  if (llm.baseUrl === null) throw new CodeForgeError('llm-not-configured', 'No model endpoint is configured.')
  const model = wanted ?? llm.scenarios[mode.scenario] ?? llm.model ?? fallback
  if (model === null) {
    throw new CodeForgeError('llm-not-configured', 'The endpoint lists no model: set CODEFORGE_LLM_MODEL, `llm.model`, or name one for the run.')
  }
  return {
    adapter: 'openai-compatible',
    model,
    price: prices[model] ?? null,
    contextTokens: llm.contextTokens,
    functionCalling: llm.functionCalling,
  }
}

function scriptedModel(script: string): ModelChoice {
  return { adapter: 'scripted', model: scriptedModelName(script), price: { prompt: 0, completion: 0 }, contextTokens: 128_000, functionCalling: true, script }
}

function sourceOf(project: Project): RepositorySource {
  if (project.localPath !== null) return { kind: 'local', path: project.localPath }
  if (project.repoUrl !== null) return { kind: 'remote', url: project.repoUrl }
  throw new CodeForgeError('repository-not-found', 'The project has neither a path nor an address.')
}

/** The profile's gates and the asked ones; one name stands once, and the profile's stays. A mode that only reads has nothing to check. */
function gatesOf(policy: PolicyProfile, mode: Mode, asked: readonly GateSpec[]): GateSpec[] {
  if (!mode.edits) return []
  const names = new Set(policy.gates.map(({ name }) => name))
  return [...policy.gates, ...asked.filter(({ name }) => !names.has(name))]
}

function strictest(policy: TerminationCondition, { maxTurns, timeoutSeconds }: CreateRun): TerminationCondition {
  const own: TerminationCondition[] = []
  if (maxTurns !== undefined) own.push({ kind: 'max-turns', turns: maxTurns })
  if (timeoutSeconds !== undefined) own.push({ kind: 'timeout', seconds: timeoutSeconds })
  return own.length === 0 ? policy : { kind: 'or', of: [policy, ...own] }
}
