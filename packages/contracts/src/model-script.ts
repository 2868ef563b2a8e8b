import { z } from 'zod'
import { Json } from './blob.ts'
import type { Message } from './message.ts'
import { Usage } from './money.ts'

/** A call as a script writes it down; without an id it gets one from its place. */
export const ScriptedToolCall = z.strictObject({
  id: z.string().min(1).max(128).optional(),
  tool: z.string().min(1).max(128),
  args: z.record(z.string(), Json).default({}),
})
export type ScriptedToolCall = z.output<typeof ScriptedToolCall>

const reply = {
  text: z.string().default(''),
  reasoning: z.string().default(''),
  toolCalls: z.array(ScriptedToolCall).default([]),
  /** What the endpoint says it used; null: it does not say. */
  usage: Usage.nullable().default(null),
  /** Without it: `tool-calls` where the turn has calls, else `stop`. */
  finish: z.enum(['stop', 'tool-calls', 'length', 'filtered']).optional(),
}

/** What the model says in one turn. */
export const ScriptedReply = z.strictObject(reply)
export type ScriptedReply = z.output<typeof ScriptedReply>

/** One turn of a script. With `when`, it is played only if an observation of the turn before contains that text. */
export const ScriptedTurn = z.strictObject({
  ...reply,
  when: z.string().min(1).optional(),
  /** Played where `when` does not hold; without it the conversation stops there and says so. */
  otherwise: ScriptedReply.optional(),
})
export type ScriptedTurn = z.output<typeof ScriptedTurn>

/** A recorded conversation that stands in for a model. A YAML or JSON file. */
export const ModelScript = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/).max(60),
  description: z.string().max(1000).default(''),
  turns: z.array(ScriptedTurn).min(1),
  /** What comes after the last turn: `stop` ends with a note, `repeat-last` says the last turn again and again. */
  afterEnd: z.enum(['stop', 'repeat-last']).default('stop'),
})
export type ModelScript = z.output<typeof ModelScript>

/** A scripted conversation appears under this name among the models, so that nobody takes it for a real one. */
export function scriptedModelName(script: string): string {
  return `scripted/${script}`
}

/** The script's name in a model's name; null for any other model. */
export function scriptOfModel(model: string): string | null {
  return model.startsWith('scripted/') ? model.slice('scripted/'.length) : null
}

/**
 * What the script says next. It keeps no state: the place in the script is the number of replies the conversation
 * has already. So a resumed run goes on where it was; a history that drops replies would go back.
 */
export function nextReply(script: ModelScript, messages: readonly Message[]): ScriptedReply {
  const place = messages.filter((message) => message.role === 'assistant').length
  const last = script.turns.length - 1
  if (place > last && script.afterEnd === 'stop') return note(script, `ended after ${last + 1} turns`)
  const turn = script.turns[Math.min(place, last)]
  if (!turn) return note(script, 'has no turns')
  const { when, otherwise, ...said } = turn
  if (when === undefined || observed(messages, when)) return said
  return otherwise ?? note(script, `expected '${when}' in the last observation and did not find it`)
}

/** How a reply ends: as the script says, else by whether it calls a tool. */
export function finishOf(said: ScriptedReply): NonNullable<ScriptedReply['finish']> {
  return said.finish ?? (said.toolCalls.length > 0 ? 'tool-calls' : 'stop')
}

function note(script: ModelScript, what: string): ScriptedReply {
  return { text: `(Scripted model: the recorded conversation '${script.name}' ${what}.)`, reasoning: '', toolCalls: [], usage: null }
}

/** Looks at the tool messages since the last reply. */
function observed(messages: readonly Message[], text: string): boolean {
  const since = messages.findLastIndex((message) => message.role === 'assistant') + 1
  return messages.slice(since).some((message) => message.role === 'tool' && textOf(message.text).includes(text))
}

function textOf(text: Message['text']): string {
  return typeof text === 'string' ? text : text.preview
}
