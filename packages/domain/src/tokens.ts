import type { Text } from '@codeforge/contracts/blob'
import type { Message } from '@codeforge/contracts/message'

/*
 * Vendors say 3.5 to 4 characters per token of English. Code, hex and base64 take far more tokens than that, so each character is weighed by
 * its class and changes of class are charged, as byte-pair vocabularies break there. Weights were set so that prose comes out some 10 % high
 * and random base64 not more than 20 % low. Each character adds at least something, whatever follows: a longer text never costs less.
 */
const weights = { lower: 0.28, upper: 0.3, digit: 0.55, space: 0.16, line: 0.45, mark: 0.75, wide: 1.3 } as const
const breakCost = 0.55
const perMessage = 6
const bytesPerToken = 2.5

type CharacterClass = keyof typeof weights

/** Estimates how many tokens a text is, leaning to too many. */
export function estimateTokens(text: string): number {
  return Math.ceil(tokenWeight(text))
}

/** The same before it is rounded up: what texts that end with a line weigh together is the sum of what each weighs. */
export function tokenWeight(text: string): number {
  let total = 0
  let before: CharacterClass = 'space'
  for (let index = 0; index < text.length; index++) {
    const current = classOf(text.charCodeAt(index))
    total += weights[current]
    if (breaks(before, current)) total += breakCost
    before = current
  }
  return total
}

/** Estimates the tokens of messages with their framing. A text in the artifact store is taken by its size. */
export function estimateMessageTokens(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + rememberedTokens(message), 0)
}

/** Estimates the tokens of tool definitions by their JSON. */
export function estimateToolTokens(tools: readonly unknown[]): number {
  return tools.reduce<number>((sum, tool) => sum + estimateTokens(JSON.stringify(tool) ?? '') + perMessage, 0)
}

/** Messages never change, and those of a conversation are counted anew in each turn. */
const counted = new WeakMap<Message, number>()

function rememberedTokens(message: Message): number {
  const known = counted.get(message)
  if (known !== undefined) return known
  const tokens = messageTokens(message)
  counted.set(message, tokens)
  return tokens
}

function messageTokens(message: Message): number {
  const calls = message.role === 'assistant'
    ? message.toolCalls.reduce((sum, call) => sum + perMessage + estimateTokens(call.id + call.tool + JSON.stringify(call.args)), 0)
    : 0
  return perMessage + calls + textTokens(message.text)
}

function textTokens(text: Text): number {
  return typeof text === 'string' ? estimateTokens(text) : Math.ceil(text.size / bytesPerToken)
}

function classOf(code: number): CharacterClass {
  if (code >= 97 && code <= 122) return 'lower'
  if (code === 32) return 'space'
  if (code >= 65 && code <= 90) return 'upper'
  if (code >= 48 && code <= 57) return 'digit'
  if (code === 10 || code === 13 || code === 9) return 'line'
  return code < 128 ? 'mark' : 'wide'
}

function breaks(before: CharacterClass, current: CharacterClass): boolean {
  if (current === 'digit') return before === 'lower' || before === 'upper'
  if (current === 'upper') return before === 'lower' || before === 'digit'
  return current === 'lower' && before === 'digit'
}
