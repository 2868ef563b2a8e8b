import { BlobRef, type Arguments, type Json, type Text } from '@codeforge/contracts/blob'
import { Message, type ToolCall } from '@codeforge/contracts/message'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import { z } from 'zod'

/** A tool call with its arguments by value. */
export type InlineCall = Omit<ToolCall, 'args'> & { readonly args: Readonly<Record<string, Json>> }

/** A text by value, wherever it was. */
export async function inflateText(text: Text, artifactStore: ArtifactStore, signal: AbortSignal): Promise<string> {
  return typeof text === 'string' ? text : new TextDecoder().decode(await artifactStore.get(text.digest, signal))
}

/** A tool call with its arguments by value, wherever they were. */
export async function inflateCall(call: ToolCall, artifactStore: ArtifactStore, signal: AbortSignal): Promise<InlineCall> {
  return { ...call, args: await inflateArguments(call.args, artifactStore, signal) }
}

/** A recorded conversation with everything by value, as a model needs it. */
export async function inflateConversation(
  conversation: BlobRef | readonly Message[],
  artifactStore: ArtifactStore,
  signal: AbortSignal,
): Promise<Message[]> {
  const messages = isList(conversation)
    ? conversation
    : z.array(Message).parse(JSON.parse(await inflateText(conversation, artifactStore, signal)))
  return Promise.all(messages.map((message) => inflateMessage(message, artifactStore, signal)))
}

async function inflateMessage(message: Message, artifactStore: ArtifactStore, signal: AbortSignal): Promise<Message> {
  const text = await inflateText(message.text, artifactStore, signal)
  if (message.role !== 'assistant') return { ...message, text }
  return { ...message, text, toolCalls: await Promise.all(message.toolCalls.map((call) => inflateCall(call, artifactStore, signal))) }
}

async function inflateArguments(args: Arguments, artifactStore: ArtifactStore, signal: AbortSignal): Promise<Record<string, Json>> {
  const blob = BlobRef.safeParse(args)
  if (!blob.success) return args
  const bytes = await artifactStore.get(blob.data.digest, signal)
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, Json>
}

function isList(value: BlobRef | readonly Message[]): value is readonly Message[] {
  return Array.isArray(value)
}
