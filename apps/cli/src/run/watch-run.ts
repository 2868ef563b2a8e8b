import type { RunEvent } from '@codeforge/contracts/event'
import type { RunId } from '@codeforge/contracts/ids'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { Question } from '@codeforge/contracts/question'
import { Run } from '@codeforge/contracts/run'
import type { Session } from '../api/session.ts'
import { followRun } from '../follow/follow-run.ts'
import { shortId } from '../output/figures.ts'
import type { Terminal } from '../output/terminal.ts'
import { askPerson } from './ask-person.ts'
import { eventLines } from './event-lines.ts'
import { foldProgress, noProgress, progressLine } from './progress-line.ts'
import type { ProgressLine } from './progress-line.ts'
import { commandName } from '../output/command-name.ts'

export interface WatchOptions {
  /** Questions are asked on the terminal. */
  readonly ask: boolean
  /** Rings when the run asks. */
  readonly bell: boolean
  /** Ctrl-C cancels the run; otherwise it only ends the watching. */
  readonly cancels: boolean
}

/** What is needed to speak about a run. */
interface Stage {
  readonly session: Session
  readonly terminal: Terminal
  readonly line: ProgressLine
  readonly id: RunId
}

type Asked = Extract<RunEvent['data'], { kind: 'question.asked' }>

/** Tells on standard error what a run does, until it has ended, and returns how. */
export async function watchRun(session: Session, terminal: Terminal, id: RunId, options: WatchOptions, interrupted: AbortSignal): Promise<Run> {
  using line = await progressLine(terminal, process.stderr)
  const stage: Stage = { session, terminal, line, id }
  const stop = (): void => { if (options.cancels) void cancel(stage) }
  interrupted.addEventListener('abort', stop, { once: true })
  if (interrupted.aborted) stop()
  let progress = noProgress
  const settled = new Map<string, AbortController>()
  await followRun(session, id, {
    onEvent(event) {
      progress = foldProgress(progress, event)
      line.show(progress)
      line.say(eventLines(event, terminal.err))
      const { data } = event
      if (data.kind === 'question.asked') {
        const gone = new AbortController()
        settled.set(data.questionId, gone)
        void ask(stage, options, data, AbortSignal.any([gone.signal, interrupted]))
      }
      if ('questionId' in data && data.kind !== 'question.asked') settled.get(data.questionId)?.abort()
    },
    onLive: (message) => { line.onLive(message) },
    onReconnect: () => { line.say([terminal.err.dim('the server left; looking for another, or going on here')]) },
  }, options.cancels ? new AbortController().signal : interrupted)
  interrupted.removeEventListener('abort', stop)
  return session.client.get(`/runs/${id}`, Run)
}

async function cancel({ session, terminal, line, id }: Stage): Promise<void> {
  line.say([terminal.err.yellow('Cancelling; Ctrl-C again leaves at once.')])
  await session.client.post(`/runs/${id}/cancel`, Run, { body: { reason: 'cancelled on the command line' } }).catch((error: unknown) => {
    // It may have ended in the same moment.
    if (!(error instanceof CodeForgeError && error.code === 'conflict')) line.say([`The run could not be cancelled: ${(error as Error).message}`])
  })
}

async function ask({ session, terminal, line, id }: Stage, options: WatchOptions, { questionId, draft }: Asked, signal: AbortSignal): Promise<void> {
  // An old question of a run that is watched from its start may be settled by an event that is just coming.
  const question = await session.client.get(`/questions/${questionId}`, Question).catch(() => null)
  if (question?.status !== 'open' || signal.aborted) return
  if (options.bell && terminal.live) process.stderr.write('\u0007')
  if (!options.ask || !terminal.interactive) {
    const choices = draft.options.map((option) => option.id).join(' | ')
    line.say([`  answer it with: ${commandName()} answer ${shortId(questionId)} ${choices}`, `  or on the dashboard, run ${shortId(id)}`])
    return
  }
  const answer = await line.aside(async () => askPerson(terminal, draft, signal))
  if (!answer) return
  await session.client.post(`/questions/${questionId}/answer`, Question, { body: answer }).catch((error: unknown) => {
    line.say([`The answer was not taken: ${(error as Error).message}`])
  })
}
