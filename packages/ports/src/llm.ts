import type { Message, ToolCall } from '@codeforge/contracts/message'
import type { Usage } from '@codeforge/contracts/money'
import { PortRegistry } from './registry.ts'

/** A tool as the model is told of it. `parameters` is JSON Schema. */
export interface ToolDefinition {
  readonly name: string
  readonly description: string
  readonly parameters: Readonly<Record<string, unknown>>
}

export interface LlmRequest {
  readonly model: string
  /** Texts and arguments by value: an adapter never resolves a BlobRef. */
  readonly messages: readonly Message[]
  readonly tools: readonly ToolDefinition[]
  readonly maxOutputTokens: number
  readonly temperature: number
  /** Indexes of messages after which the provider's prompt cache may cut. */
  readonly cacheMarks: readonly number[]
  /** Name of the recorded conversation, for the scripted adapter. */
  readonly script?: string
  /** Sent along for correlation. */
  readonly requestId: string
}

/** One part of a streamed reply. A stream ends with exactly one `ended`; anything else is an error thrown with a code `llm-*`. */
export type LlmPart =
  | { readonly kind: 'text.delta'; readonly text: string }
  | { readonly kind: 'reasoning.delta'; readonly text: string }
  /** A whole call. Arguments that are no JSON object come as `invalid`, with the text the model sent. */
  | { readonly kind: 'toolcall'; readonly call: ToolCall; readonly invalid?: string }
  | {
      readonly kind: 'ended'
      readonly finish: 'stop' | 'tool-calls' | 'length' | 'filtered'
      /** Null where the endpoint did not say. */
      readonly usage: Usage | null
      /** From the endpoint's own response header; null where it has none. */
      readonly costMicroUsd: number | null
    }

export interface Llm {
  complete(request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmPart>
  /** Names of the models the endpoint offers; fails with a code where it does not answer. */
  models(signal: AbortSignal): Promise<readonly string[]>
}
export const llms = new PortRegistry<Llm>('llm')
