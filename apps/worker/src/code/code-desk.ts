import { inlineTextLimit } from '@codeforge/contracts/blob'
import type { CodeQuestion, CodeReply } from '@codeforge/contracts/code'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import type { Clock } from '@codeforge/ports/clock'
import type { CodeIntelligence } from '@codeforge/ports/code-intelligence'
import type { Llm } from '@codeforge/ports/llm'
import type { Vcs } from '@codeforge/ports/vcs'
import type { CodeAnswer } from './answer.ts'
import { answerDeeply } from './answer-deeply.ts'
import { remoteTrees } from './remote-trees.ts'
import { ThreadLink, type ThreadOptions } from './thread-link.ts'

interface DeskPorts {
  readonly vcs: Pick<Vcs, 'open'>
  readonly artifactStore: Pick<ArtifactStore, 'put'>
  readonly clock: Pick<Clock, 'monotonic'>
  readonly llms: Readonly<Partial<Record<'openai-compatible', Pick<Llm, 'complete'>>>>
}

/** Answers questions about repositories of this host and of remotes that it can reach, in a thread of its own. */
export function openCodeDesk({ vcs, artifactStore, clock, llms }: DeskPorts, options: ThreadOptions): CodeIntelligence & AsyncDisposable {
  const thread = new ThreadLink(options)
  const trees = remoteTrees(vcs, clock)
  const directoryOf = async ({ source }: CodeQuestion, signal: AbortSignal): Promise<string> =>
    (source.kind === 'local' ? source.path : trees.directory(source.url, signal))
  return {
    async ask(question, signal) {
      const { request } = question
      const directory = await directoryOf(question, signal)
      const ask = async (one: CodeQuestion['request'], ending: AbortSignal) => thread.ask({ directory, request: one, snapshot: question.snapshot ?? null }, ending)
      const answered = request.kind === 'deep-search'
        ? await answerDeeply(ask, llms['openai-compatible'] ?? null, request, `search-${question.projectId}`, signal)
        : await ask(request, signal)
      return sized(answered, artifactStore, signal)
    },
    async [Symbol.asyncDispose]() {
      await thread[Symbol.asyncDispose]()
      await trees[Symbol.asyncDispose]()
    },
  }
}

/** A large result travels by its address. */
async function sized({ status, result }: CodeAnswer, artifactStore: DeskPorts['artifactStore'], signal: AbortSignal): Promise<CodeReply> {
  const json = JSON.stringify(result)
  if (Buffer.byteLength(json) <= inlineTextLimit) return { status, result: json }
  return { status, result: await artifactStore.put(Buffer.from(json), 'application/json', signal) }
}
