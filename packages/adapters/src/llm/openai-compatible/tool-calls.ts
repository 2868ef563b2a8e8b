import { createHash } from 'node:crypto'
import { BlobRef, type Json } from '@codeforge/contracts/blob'
import { mostToolCalls } from '@codeforge/contracts/message'
import type { LlmPart } from '@codeforge/ports/llm'
import { invalidReply } from '../../http/errors.ts'
import type { WireToolCall } from './wire-chunk.ts'

type ToolCallPart = Extract<LlmPart, { kind: 'toolcall' }>

interface OpenCall {
  readonly index: number | null
  id: string
  name: string
  json: string
}

/** Levels of arguments; no tool wants half as many. */
const deepest = 64

/** Puts tool calls together from the pieces of a stream. */
export class ToolCallAssembler {
  readonly #calls: OpenCall[] = []

  get size(): number {
    return this.#calls.length
  }

  add(piece: WireToolCall): void {
    const call = this.#callOf(piece)
    call.id ||= piece.id ?? ''
    call.name ||= piece.function?.name ?? ''
    const json = piece.function?.arguments
    call.json += typeof json === 'string' ? json : json ? JSON.stringify(json) : ''
  }

  /** The finished calls in order. `place` goes into the ids that the server left out. */
  finish(place: number): readonly ToolCallPart[] {
    const taken = new Set<string>()
    return this.#calls.map((call, position) => {
      const id = uniqueId(call.id || `call_${place}_${position + 1}`, taken)
      return toolCallPart(id, call)
    })
  }

  /** By index where there is one. Servers that send whole calls under one index, or without any, are told by a new id or a second name. */
  #callOf(piece: WireToolCall): OpenCall {
    const index = piece.index ?? null
    const known = index === null ? this.#calls.at(-1) : this.#calls.findLast((call) => call.index === index)
    if (known && !startsAnother(known, piece)) return known
    if (this.#calls.length === mostToolCalls) throw invalidReply(`makes more than ${mostToolCalls} calls of tools at once.`)
    const call = { index, id: '', name: '', json: '' }
    this.#calls.push(call)
    return call
  }
}

function startsAnother(known: OpenCall, piece: WireToolCall): boolean {
  if (!piece.function?.name) return false
  if (piece.id && known.id) return piece.id !== known.id
  return known.json !== '' && isJson(known.json)
}

function uniqueId(wanted: string, taken: Set<string>): string {
  const short = wanted.length <= 120 ? wanted : `call_${createHash('sha256').update(wanted).digest('hex').slice(0, 32)}`
  let id = short
  for (let next = 2; taken.has(id); next += 1) id = `${short}_${next}`
  taken.add(id)
  return id
}

function toolCallPart(id: string, { name, json }: OpenCall): ToolCallPart {
  const tool = name.slice(0, 128) || 'unnamed'
  const args = name ? argumentsIn(json) : null
  return args ? { kind: 'toolcall', call: { id, tool, args } } : { kind: 'toolcall', call: { id, tool, args: {} }, invalid: json }
}

/** Null where they are no object. A model's object that passes for an address in the artifact store is refused too: nobody may resolve it. */
function argumentsIn(json: string): Record<string, Json> | null {
  if (json.trim() === '') return {}
  const value = parsed(json)
  if (value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value) || BlobRef.safeParse(value).success) return null
  return value
}

function parsed(json: string): Json | undefined {
  try {
    const value = JSON.parse(json) as Json
    return isDeeper(value, deepest) ? undefined : value
  } catch {
    return undefined
  }
}

/** Whether values lie more than so many levels within each other: whoever looks through them level by level would run out of stack. */
function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

function isJson(json: string): boolean {
  return parsed(json) !== undefined
}
