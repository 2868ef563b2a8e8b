import type { LiveMessage, RunEvent } from '@codeforge/contracts/event'
import type { Run } from '@codeforge/contracts/run'
import { foldConversation, noConversation } from '@codeforge/domain/view/conversation'
import type { ConversationView } from '@codeforge/domain/view/conversation'
import { projectRun } from '@codeforge/domain/view/run-projection'
import { foldTerminal, foldTerminalDelta, noTerminal } from '@codeforge/domain/view/terminal'
import type { TerminalView } from '@codeforge/domain/view/terminal'
import { foldTimeline, noTimeline } from '@codeforge/domain/view/timeline'
import type { TimelineView } from '@codeforge/domain/view/timeline'

/** Characters of a reply that is still being written. */
const draftLimit = 64 * 1024

/** Everything the page of a run shows, folded from its events. */
export interface RunPage {
  /** The projection as it was loaded, brought up to the last event; null until it is loaded. */
  readonly run: Run | null
  readonly conversation: ConversationView
  readonly terminal: TerminalView
  readonly timeline: TimelineView
  /** What the model is writing now. */
  readonly draft: { readonly turn: number; readonly text: string } | null
  readonly sequence: number
  /** Events since the run was loaded, kept until it is. */
  readonly early: readonly RunEvent[]
}

export const emptyRunPage: RunPage = {
  run: null, conversation: noConversation, terminal: noTerminal, timeline: noTimeline, draft: null, sequence: 0, early: [],
}

export type RunPageInput =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'live'; readonly message: LiveMessage }
  | { readonly kind: 'loaded'; readonly run: Run }

/** Folds inputs into the page. Events that were seen already change nothing. */
export function foldRunPage(page: RunPage, inputs: readonly RunPageInput[]): RunPage {
  return inputs.reduce(foldInput, page)
}

function foldInput(page: RunPage, input: RunPageInput): RunPage {
  switch (input.kind) {
    case 'event':
      return foldEvent(page, input.event)
    case 'live':
      return foldLive(page, input.message)
    case 'loaded':
      return { ...page, run: newest(page.run, page.early.reduce(project, input.run)), early: [] }
  }
}

function foldEvent(page: RunPage, event: RunEvent): RunPage {
  if (event.sequence <= page.sequence) return page
  return {
    run: page.run && project(page.run, event),
    conversation: foldConversation(page.conversation, event),
    terminal: foldTerminal(page.terminal, event),
    timeline: foldTimeline(page.timeline, event),
    draft: endsDraft(event) ? null : page.draft,
    sequence: event.sequence,
    early: page.run === null ? [...page.early, event] : page.early,
  }
}

function foldLive(page: RunPage, message: LiveMessage): RunPage {
  if (message.kind === 'terminal.delta') return { ...page, terminal: foldTerminalDelta(page.terminal, message) }
  const before = page.draft?.turn === message.turn ? page.draft.text : ''
  return { ...page, draft: { turn: message.turn, text: (before + message.text).slice(-draftLimit) } }
}

function endsDraft({ kind }: RunEvent): boolean {
  return kind === 'model.completed' || kind === 'model.failed' || kind === 'attempt.started'
    || kind === 'run.succeeded' || kind === 'run.failed' || kind === 'run.cancelled'
}

function project(run: Run, event: RunEvent): Run {
  return projectRun(run, event.data, event)
}

function newest(before: Run | null, loaded: Run): Run {
  return before !== null && before.sequence > loaded.sequence ? before : loaded
}
