import { inlineTextLimit, type Arguments, type Text } from '@codeforge/contracts/blob'
import type { Fact } from '@codeforge/contracts/fact'
import type { ToolCall } from '@codeforge/contracts/message'
import type { Receipt } from '@codeforge/contracts/receipt'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'

/** Bytes of JSON that one fact may have, so that several fit into one message. */
const factLimit = 40 * 1024
/** Names of changed files in one fact. */
const mostChangedFiles = 200
/** The limit per text where a fact is too large all the same. */
const tightTextLimit = 512

/** Facts whose JSON is as small as a text may be have nothing to shrink; long lists are cut all the same. */
export function isSmall(fact: Fact): boolean {
  if (fact.kind === 'toolcall.completed' && fact.changedFiles.length > mostChangedFiles) return false
  return byteLength(JSON.stringify(fact)) <= inlineTextLimit
}

type Put = (text: string, mediaType: string) => Promise<Text & object>

/** The same fact small enough to travel: large texts, arguments and lists go to the artifact store. */
export async function shrinkFact(fact: Fact, artifactStore: Pick<ArtifactStore, 'put'>, signal: AbortSignal): Promise<Fact> {
  const put: Put = (text, mediaType) => artifactStore.put(Buffer.from(text), mediaType, signal)
  const shrunken = await shrinkTexts(fact, put, inlineTextLimit)
  return byteLength(JSON.stringify(shrunken)) <= factLimit ? shrunken : shrinkTexts(shrunken, put, tightTextLimit)
}

async function shrinkTexts(fact: Fact, put: Put, limit: number): Promise<Fact> {
  const text = (value: Text): Promise<Text> => shrinkText(value, put, limit)
  switch (fact.kind) {
    case 'setup.failed':
      return { ...fact, output: await text(fact.output) }
    case 'conversation.started':
      return { ...fact, system: await text(fact.system), user: await text(fact.user) }
    case 'guidance.added':
      return { ...fact, text: await text(fact.text) }
    case 'model.completed': {
      const toolCalls = await Promise.all(fact.toolCalls.map((call) => shrinkCall(call, put, limit)))
      const reasoning = fact.reasoning === undefined ? {} : { reasoning: await text(fact.reasoning) }
      return { ...fact, text: await text(fact.text), ...reasoning, toolCalls }
    }
    case 'toolcall.allowed':
    case 'toolcall.asked':
    case 'toolcall.denied':
      return { ...fact, call: await shrinkCall(fact.call, put, limit) }
    case 'toolcall.completed':
      return { ...fact, observation: await text(fact.observation), changedFiles: fact.changedFiles.slice(0, limit > 4096 ? mostChangedFiles : 20) }
    case 'gate.passed':
    case 'gate.failed':
      return { ...fact, receipt: shrinkReceipt(fact.receipt) }
    case 'work.ended':
      return fact.result.kind === 'finished' ? { ...fact, result: { ...fact.result, summary: await text(fact.result.summary) } } : fact
    default:
      return fact
  }
}

async function shrinkText(value: Text, put: Put, limit: number): Promise<Text> {
  if (typeof value !== 'string' || byteLength(value) <= limit) return value
  return put(value, 'text/plain; charset=utf-8')
}

async function shrinkCall(call: ToolCall, put: Put, limit: number): Promise<ToolCall> {
  const json = JSON.stringify(call.args)
  if (byteLength(json) <= limit || isBlob(call.args)) return call
  return { ...call, args: (await put(json, 'application/json')) as Arguments }
}

/** Thousands of test names do not fit into a message; the counts always do. */
function shrinkReceipt(receipt: Receipt): Receipt {
  if (byteLength(JSON.stringify(receipt)) <= factLimit / 2) return receipt
  const withoutNames = (counts: Receipt['counts']): Receipt['counts'] => {
    if (!counts) return null
    const { passedNames: _, ...numbers } = counts
    return numbers
  }
  return {
    ...receipt,
    counts: withoutNames(receipt.counts),
    baseline: withoutNames(receipt.baseline),
    definitionChanges: receipt.definitionChanges.slice(0, 50),
  }
}

function isBlob(args: Arguments): boolean {
  return args['kind'] === 'blob' && typeof args['digest'] === 'string'
}

const byteLength = (text: string): number => Buffer.byteLength(text)
