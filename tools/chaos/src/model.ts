import type { ScriptedReply } from '@codeforge/contracts/model-script'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import type { ScriptedModelServer } from '@codeforge/scripted-model/server'
import type { Plan, RunPlan } from './plan.ts'
import type { Steps } from './steps.ts'

/** The prompt by which the model knows the run. */
export const promptOf = ({ index }: RunPlan): string => `chaos run ${index}: write your lines`

const usage = { promptTokens: 100, completionTokens: 20, cachedPromptTokens: 0, reasoningTokens: 0 }

const faults = {
  'overloaded': { kind: 'status', status: 503 },
  'rate-limited': { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  'cut': { kind: 'cut' },
  'garbage': { kind: 'garbage' },
  'silent': { kind: 'never-answers' },
} as const

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content?: unknown }[]
}

/** A model that does what each run's plan says; it counts requests, and fails where the plan wants it. */
export async function chaosModel(plan: Plan, steps: Steps, stepPort: number): Promise<ScriptedModelServer> {
  const failed = new Set<RunPlan>()
  return scriptedModelServer({
    handler: (request) => replyOf(runOf(plan, request), turnOf(request), stepPort),
    faults: (_, request) => {
      steps.count('request')
      const run = runOf(plan, request)
      if (run.modelFault?.turn !== turnOf(request) || failed.has(run)) return null
      failed.add(run)
      return faults[run.modelFault.kind]
    },
  })
}

function runOf(plan: Plan, request: Asked): RunPlan {
  const index = Number(/chaos run (\d+):/.exec(JSON.stringify(request.messages))?.[1])
  const run = plan.runs[index]
  if (!run) throw new Error('a conversation of no run of this campaign')
  return run
}

const turnOf = ({ messages }: Asked): number => messages.filter(({ role }) => role === 'assistant').length

/** The command of a call. */
function replyOf(run: RunPlan, turn: number, port: number): Partial<ScriptedReply> {
  const asks = run.question === null ? 0 : 1
  if (turn < asks) return { text: 'May I?', usage, toolCalls: [{ tool: 'shell', args: { command: 'touch asked.txt' } }] }
  const call = run.calls[turn - asks]
  if (!call) return { text: 'My lines are written.', usage }
  const command = `bash work.sh ${call.name} ${call.sleepMs / 1000} ${call.leaves ? 'leaves' : 'stays'} ${port}`
  return { text: `I write ${call.name}.`, usage, toolCalls: [{ tool: 'shell', args: { command } }] }
}
