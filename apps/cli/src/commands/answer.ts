import type { Command } from 'commander'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { QuestionId } from '@codeforge/contracts/ids'
import { Question } from '@codeforge/contracts/question'
import { QuestionPage } from '../api/replies.ts'
import type { Session } from '../api/session.ts'
import { withSession } from '../api/with-session.ts'
import type { SessionContext } from '../api/with-session.ts'
import { ago, shortId } from '../output/figures.ts'
import { oneLine, printable } from '../output/printable.ts'
import type { Terminal } from '../output/terminal.ts'
import { askPerson, chosen } from '../run/ask-person.ts'
import { onlyOne, plain } from '../run/find-run.ts'
import { commandName } from '../output/command-name.ts'

interface AnswerOptions {
  readonly note?: string
  readonly json?: true
}

/** `codeforge answer`: the questions of all runs. */
export function addAnswer(program: Command, terminal: Terminal): void {
  program.command('answer')
    .summary('list open questions, or answer one')
    .description('Without arguments lists the open questions, and asks them where somebody is at the terminal. With a question and an option, answers it.')
    .argument('[question]', 'id of the question, or its beginning')
    .argument('[option]', 'the answer: an option\'s name, number or first letters')
    .option('--note <text>', 'goes to the agent with the answer')
    .option('--json', 'lists the open questions as one JSON object')
    .action(async (named: string | undefined, option: string | undefined, options: AnswerOptions, command: Command) =>
      withSession(command, terminal, { work: named !== undefined || (terminal.interactive && options.json !== true) }, async (context) => {
        const { items } = await context.session.client.get('/questions', QuestionPage, { query: { status: 'open', limit: 200 } })
        if (named === undefined) return answerAll(context, terminal, items, options)
        const question = await findQuestion(context.session, named, items)
        if (option === undefined) return answerAll(context, terminal, [question], options)
        await answer(context.session, terminal, question, optionOf(question, option), options.note ?? null)
        return 0
      }))
}

async function answerAll({ session, interrupted }: SessionContext, terminal: Terminal, questions: readonly Question[], { json }: AnswerOptions): Promise<number> {
  if (json) terminal.print(JSON.stringify({ items: questions }))
  else if (questions.length === 0) terminal.print('Nothing is asked.')
  if (json) return 0
  for (const question of questions) {
    if (!terminal.interactive) for (const line of questionLines(question)) terminal.print(line)
    else {
      const given = await askPerson(terminal, question, interrupted)
      if (!given) return 0
      await answer(session, terminal, question, given.answer, given.note)
    }
  }
  return 0
}

function questionLines({ id, runId, title, detail, options, askedAt }: Question): string[] {
  return [
    `${shortId(id)}  ${oneLine(title, 200)}`,
    ...printable(detail).split('\n').filter((line) => line.trim() !== '').slice(0, 10).map((line) => `    ${line}`),
    `    run ${shortId(runId)}, asked ${ago(askedAt, Date.now())}`,
    `    ${commandName()} answer ${shortId(id)} ${options.map((option) => option.id).join(' | ')}`,
  ]
}

async function findQuestion({ client }: Session, named: string, open: readonly Question[]): Promise<Question> {
  const whole = QuestionId.safeParse(named.toLowerCase())
  if (whole.success) return client.get(`/questions/${whole.data}`, Question)
  const found = open.filter(({ id }) => plain(id).startsWith(plain(named)))
  const id = onlyOne(named, found.map((question) => question.id), 'open question')
  return client.get(`/questions/${id}`, Question)
}

function optionOf(question: Question, typed: string): string {
  const option = chosen(typed, question)
  if (option !== null) return option
  throw new CodeForgeError('invalid-input', `'${typed}' is no option. Options: ${question.options.map(({ id }) => id).join(', ')}.`)
}

async function answer({ client }: Session, terminal: Terminal, { id, runId }: Question, option: string, note: string | null): Promise<void> {
  await client.post(`/questions/${id}/answer`, Question, { body: { answer: option, note } })
  terminal.print(`Answered: ${option}. ${commandName()} logs -f ${shortId(runId)} follows the run.`)
}
