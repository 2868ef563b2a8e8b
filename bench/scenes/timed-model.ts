import { scriptedModelServer } from '@codeforge/scripted-model/server'
import type { ScriptedModelServer } from '@codeforge/scripted-model/server'

/** A model that calls the shell in every turn but the last, and remembers when it was asked. */
export interface TimedModel extends AsyncDisposable {
  readonly server: ScriptedModelServer
  /** Milliseconds of `performance.now()` at which the conversation about the prompt asked, oldest first; they are forgotten here. */
  take(prompt: string): readonly number[]
}

const usage = { promptTokens: 1000, cachedPromptTokens: 0, completionTokens: 20, reasoningTokens: 0 }

export interface TimedModelOptions {
  readonly turns: number
  /** Command of a turn, counted from 0. No two alike: the same call again and again is a stall. */
  command(turn: number): string
  readonly latencyMs?: number
  /** The first reply of a conversation waits until so many have begun; then they go on spread over one latency. Not for prompts that are no run's. */
  readonly together?: number
}

/** Starts the model. Its user message must begin with the prompt, which tells conversations apart. */
export async function timedModel({ turns, command, latencyMs = 0, together = 1 }: TimedModelOptions): Promise<TimedModel> {
  const asked = new Map<string, number[]>()
  const gate = gateFor(together, latencyMs)
  const server = await scriptedModelServer({
    latencyMs,
    hold: async ({ messages }) => (messages.length > 1 && !messages.some(({ role }) => role === 'assistant') ? gate() : undefined),
    handler({ messages }) {
      const user = messages.find(({ role }) => role === 'user')
      const prompt = String(user?.content).split('\n', 1)[0] ?? ''
      asked.set(prompt, [...(asked.get(prompt) ?? []), performance.now()])
      const turn = messages.filter(({ role }) => role === 'assistant').length
      return turn < turns ? { toolCalls: [{ tool: 'shell', args: { command: command(turn) } }], usage } : { text: 'Done.', usage }
    },
  })
  return {
    server,
    take(prompt) {
      const times = asked.get(prompt) ?? []
      asked.delete(prompt)
      return times
    },
    [Symbol.asyncDispose]: async () => server[Symbol.asyncDispose](),
  }
}

/** Lets nobody through until so many have come, then one after the other within the time; then it waits for as many again. */
function gateFor(count: number, withinMs: number): () => Promise<void> {
  let waiting: (() => void)[] = []
  return async () => {
    if (count <= 1) return
    const { promise, resolve } = Promise.withResolvers<undefined>()
    waiting.push(() => resolve(undefined))
    if (waiting.length === count) {
      for (const [index, go] of waiting.entries()) setTimeout(go, (index * withinMs) / count)
      waiting = []
    }
    await promise
  }
}
