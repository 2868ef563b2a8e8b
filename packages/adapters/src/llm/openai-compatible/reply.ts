import type { Redactor } from '@codeforge/contracts/secret'
import type { LlmPart } from '@codeforge/ports/llm'
import { invalidReply, streamError } from '../../http/errors.ts'
import { ToolCallAssembler } from './tool-calls.ts'
import { costOf, usageOf } from './usage.ts'
import { WireChunk, type WireDelta, type WireUsage } from './wire-chunk.ts'

export interface ReplyContext {
  readonly streamed: boolean
  readonly costHeader: string | readonly string[] | undefined
  /** Messages in the request, for the ids that the server leaves out. */
  readonly place: number
  readonly redactor: Redactor
}

type Finish = Extract<LlmPart, { kind: 'ended' }>['finish']

const finishes: Readonly<Record<string, Finish>> = {
  'length': 'length',
  'max_tokens': 'length',
  'model_length': 'length',
  'tool_calls': 'tool-calls',
  'function_call': 'tool-calls',
  'tool_use': 'tool-calls',
  'content_filter': 'filtered',
  'safety': 'filtered',
  'refusal': 'filtered',
}

/** Folds the events of one reply into parts. */
export class Reply {
  readonly #context: ReplyContext
  readonly #calls = new ToolCallAssembler()
  #finish: string | null = null
  #usage: WireUsage | null = null
  #hasContent = false

  constructor(context: ReplyContext) {
    this.#context = context
  }

  /** Takes one event's data, and gives what it adds at once. Tool calls come with `end`, when they are whole. */
  *take(data: string): Iterable<LlmPart> {
    const chunk = parseChunk(data)
    if (chunk.error) throw streamError(chunk.error, this.#context.redactor)
    this.#usage = chunk.usage ?? chunk.x_groq?.usage ?? this.#usage
    const choice = chunk.choices?.[0]
    if (!choice) return
    this.#finish = choice.finish_reason || this.#finish
    const delta = choice.delta ?? choice.message
    if (delta) yield* this.#takeDelta(delta)
  }

  /** The parts that end the reply. `done`: the stream said `[DONE]`, so a missing finish reason is the server's habit, not a cut. */
  end(done: boolean): readonly LlmPart[] {
    if (this.#finish === null && !(done && this.#hasContent)) throw invalidReply('was cut off before its end.')
    if (this.#finish === 'error' || this.#finish === 'abort') throw invalidReply(`ended with '${this.#finish}'.`)
    const { streamed, costHeader, place } = this.#context
    const usage = usageOf(this.#usage)
    return [...this.#calls.finish(place), { kind: 'ended', finish: this.#finishOf(), usage, costMicroUsd: costOf(this.#usage, costHeader, streamed) }]
  }

  *#takeDelta(delta: WireDelta): Iterable<LlmPart> {
    const reasoning = delta.reasoning_content || delta.reasoning
    if (reasoning) yield { kind: 'reasoning.delta', text: reasoning }
    const text = textOf(delta.content) || delta.refusal
    if (text) yield { kind: 'text.delta', text }
    for (const piece of delta.tool_calls ?? []) this.#calls.add(piece)
    if (delta.function_call) this.#calls.add({ index: 0, function: delta.function_call })
    this.#hasContent ||= Boolean(reasoning || text || this.#calls.size)
  }

  /** Some servers say `stop` after tool calls, and `tool_calls` without any. */
  #finishOf(): Finish {
    const finish = finishes[this.#finish?.toLowerCase() ?? ''] ?? 'stop'
    if (finish === 'stop' && this.#calls.size > 0) return 'tool-calls'
    return finish === 'tool-calls' && this.#calls.size === 0 ? 'stop' : finish
  }
}

function parseChunk(data: string): WireChunk {
  try {
    return WireChunk.parse(JSON.parse(data))
  } catch (cause) {
    throw invalidReply('is not what the protocol says.', cause)
  }
}

function textOf(content: WireDelta['content']): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => part.text ?? '').join('')
}
