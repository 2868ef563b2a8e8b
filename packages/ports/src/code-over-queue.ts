import { CodeQuestion, CodeReply } from '@codeforge/contracts/code'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { PoolName } from '@codeforge/contracts/job'
import { codeSubject } from '@codeforge/contracts/subjects'
import type { CodeIntelligence } from './code-intelligence.ts'
import type { Queue } from './queue.ts'

/** Asks the workers of a pool over the queue; any one of them answers. */
export function remoteCode(queue: Pick<Queue, 'request'>, poolOf: (question: CodeQuestion) => PoolName): CodeIntelligence {
  return {
    async ask(question, signal) {
      const parsed = CodeReply.safeParse(await queue.request(codeSubject(poolOf(question)), question, signal))
      if (parsed.success) return parsed.data
      throw new CodeForgeError('internal', 'The answer about the code has an unknown shape; core and worker may be of different versions.', { cause: parsed.error })
    },
  }
}

/** Answers questions about code for the workers of some pools. Disposing takes no more and finishes those that were taken. */
export async function serveCode(queue: Pick<Queue, 'serve'>, pools: readonly PoolName[], code: CodeIntelligence): Promise<AsyncDisposable> {
  await using services = new AsyncDisposableStack()
  for (const pool of pools) {
    services.use(await queue.serve(codeSubject(pool), async (payload, signal) => {
      const parsed = CodeQuestion.safeParse(payload)
      if (!parsed.success) throw new CodeForgeError('invalid-input', 'The question about the code is not valid.', { cause: parsed.error })
      return code.ask(parsed.data, signal)
    }))
  }
  return services.move()
}
