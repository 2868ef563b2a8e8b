import type { Message } from '@codeforge/contracts/message'
import { addResult, pendingOf } from '@codeforge/domain/view/pending-calls'
import type { InlineCall } from '../facts/inflate.ts'

type Assistant = Extract<Message, { role: 'assistant' }>

/** What was said so far, by value. Recording it is the caller's: here it only grows. */
export class Conversation {
  #messages: readonly Message[]

  constructor(messages: readonly Message[]) {
    this.#messages = messages
  }

  get messages(): readonly Message[] {
    return this.#messages
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0
  }

  start(system: string, user: string): void {
    this.#messages = [{ role: 'system', text: system }, { role: 'user', text: user }]
  }

  say(text: string): void {
    this.#messages = [...this.#messages, { role: 'user', text }]
  }

  reply(text: string, toolCalls: readonly InlineCall[]): void {
    this.#messages = [...this.#messages, { role: 'assistant', text, toolCalls: [...toolCalls] }]
  }

  addResult(call: Pick<InlineCall, 'id' | 'tool'>, ok: boolean, text: string): void {
    this.#messages = addResult(this.#messages, { role: 'tool', callId: call.id, tool: call.tool, ok, text })
  }

  /** Calls of the last turn that have no result yet. */
  get pending(): readonly InlineCall[] {
    return pendingOf(this.#messages) // by value since `inflateConversation` and `reply`
  }

  /** The model's last reply, where nobody has said anything to it since. */
  get lastReply(): Assistant | null {
    const index = this.#messages.findLastIndex(({ role }) => role === 'assistant')
    const reply = this.#messages[index]
    const answered = this.#messages.slice(index + 1).some(({ role }) => role === 'user')
    return reply?.role === 'assistant' && !answered ? reply : null
  }

  /** The model's text where its last word called no tool: it thinks it is done. */
  get answer(): string | null {
    const reply = this.lastReply
    return reply && reply.toolCalls.length === 0 ? (reply.text as string) : null
  }

  /** Results of the last turn's calls. */
  get lastResults(): readonly { readonly tool: string; readonly text: string }[] {
    const index = this.#messages.findLastIndex(({ role }) => role === 'assistant')
    return this.#messages.slice(index + 1).flatMap((message) => (message.role === 'tool' ? [{ tool: message.tool, text: message.text as string }] : []))
  }
}
