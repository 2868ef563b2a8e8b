import { AnswerQuestion, ListQuestions } from '@codeforge/contracts/api'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { QuestionId } from '@codeforge/contracts/ids'
import { pageOf } from '@codeforge/contracts/page'
import { Question } from '@codeforge/contracts/question'
import { z } from 'zod'
import { callerOf, write } from '../http/index.ts'
import type { App, RouteContext } from '../http/index.ts'
import { announceChange, commandRun } from '../runs/index.ts'

const byId = z.strictObject({ id: QuestionId })

/** The one inbox for people. */
export function questionRoutes(app: App, { ports, wakeRelay }: RouteContext): void {
  app.get('/questions', { schema: { tags: ['questions'], querystring: ListQuestions, response: { 200: pageOf(Question) } } }, async (request) => {
    const { cursor, limit, runId, status } = request.query
    const filter = { tenant: callerOf(request).tenant, ...(runId && { run: runId }), ...(status && { status }) }
    return ports.store.questions.list(filter, { limit, ...(cursor !== undefined && { cursor }) })
  })

  app.get('/questions/:id', { schema: { tags: ['questions'], params: byId, response: { 200: Question } } }, async (request) =>
    found(await ports.store.questions.get(request.params.id), request.params.id))

  app.post('/questions/:id/answer', { schema: { tags: ['questions'], params: byId, body: AnswerQuestion, response: { 200: Question } } }, async (request, reply) =>
    write(ports, request, reply, 200, async (repositories) => {
      const { id } = request.params
      const { answer, note } = request.body
      const question = found(await repositories.questions.get(id), id)
      const options = question.options.map((option) => option.id)
      if (!options.includes(answer)) throw new CodeForgeError('invalid-input', `'${answer}' is no option. Options: ${options.join(', ')}.`)
      // The run's row lock decides between an answer and the deadline, so the state is read under it.
      const run = await commandOrExplain()
      return {
        body: found(await repositories.questions.get(id), id),
        after: () => {
          announceChange(ports, run)
          wakeRelay()
        },
      }

      async function commandOrExplain() {
        try {
          return await commandRun(ports, repositories, question.runId, { kind: 'answer-question', questionId: id, answer, note }, callerOf(request))
        } catch (error) {
          if (!(error instanceof CodeForgeError) || error.code !== 'conflict') throw error
          const now = found(await repositories.questions.get(id), id)
          throw new CodeForgeError('conflict', `The question is ${now.status}${now.answer === null ? '' : ` (${now.answer})`}.`, { cause: error })
        }
      }
    }))
}

function found(question: Question | null, id: QuestionId): Question {
  if (!question) throw new CodeForgeError('not-found', `There is no question ${id}.`)
  return question
}
