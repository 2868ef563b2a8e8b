import { z } from 'zod'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { type ModelScript, type ScriptedReply, finishOf, nextReply, scriptOfModel, scriptedModelName } from '@codeforge/contracts/model-script'
import { type Llm, type LlmPart, type LlmRequest, llms } from '@codeforge/ports/llm'

/** Replays recorded conversations from a directory of YAML or JSON files: for the demonstration, and for runs without a network. */
export const scriptedLlm = llms.register({
  name: 'scripted',
  config: z.strictObject({
    /** Holds the scripts, one per `.yaml`, `.yml` or `.json` file. Read once, when it is opened. */
    directory: z.string().min(1),
    /** Milliseconds before each reply. */
    latencyMs: z.int().min(0).default(0),
  }),
  async open({ directory, latencyMs }): Promise<Llm & AsyncDisposable> {
    const { readScripts } = await import('./scripted/read-scripts.ts')
    const scripts = await readScripts(directory)
    return {
      complete: (request, signal) => play(scripts, request, latencyMs, signal),
      async models(signal) {
        signal.throwIfAborted()
        return [...scripts.keys()].map(scriptedModelName).sort()
      },
      [Symbol.asyncDispose]: async () => {},
    }
  },
})

async function* play(scripts: ReadonlyMap<string, ModelScript>, request: LlmRequest, latencyMs: number, signal: AbortSignal): AsyncIterable<LlmPart> {
  signal.throwIfAborted()
  const reply = nextReply(scriptFor(scripts, request), request.messages)
  if (latencyMs > 0) await pause(latencyMs, signal)
  for (const part of partsOf(reply, request.messages.length)) {
    signal.throwIfAborted()
    yield part
  }
}

function scriptFor(scripts: ReadonlyMap<string, ModelScript>, request: LlmRequest): ModelScript {
  const name = request.script ?? scriptOfModel(request.model) ?? request.model
  const script = scripts.get(name)
  if (!script) throw new CodeForgeError('llm-bad-request', `There is no recorded conversation '${name}'. Known: ${[...scripts.keys()].sort().join(', ') || 'none'}.`)
  return script
}

function* partsOf(reply: ScriptedReply, place: number): Iterable<LlmPart> {
  if (reply.reasoning) yield { kind: 'reasoning.delta', text: reply.reasoning }
  for (const text of words(reply.text)) yield { kind: 'text.delta', text }
  for (const [index, { id, tool, args }] of reply.toolCalls.entries()) {
    yield { kind: 'toolcall', call: { id: id ?? `call-${place}-${index + 1}`, tool, args } }
  }
  yield { kind: 'ended', finish: finishOf(reply), usage: reply.usage, costMicroUsd: 0 }
}

/** Cuts a text as a model streams it; the pieces add up to the text. */
function words(text: string): readonly string[] {
  return text.match(/\s*\S+\s*$|\s*\S+/g) ?? (text ? [text] : [])
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const timers = await import('node:timers/promises')
  await timers.setTimeout(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted())
}
