import type { CodeQuestion, CodeReply } from '@codeforge/contracts/code'

/** Knows repositories: finds, maps and packs their code. A worker does it, where the repository is. */
export interface CodeIntelligence {
  /**
   * Answers a question about a repository as it is now. `repository-not-found` where there is none; `unavailable` where no
   * worker that could look at it answers.
   */
  ask(question: CodeQuestion, signal: AbortSignal): Promise<CodeReply>
}
