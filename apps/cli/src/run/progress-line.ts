import type { LiveMessage, RunEvent, RunEventData } from '@codeforge/contracts/event'
import { noUsage } from '@codeforge/contracts/money'
import type { Usage } from '@codeforge/contracts/money'
import { addUsage } from '@codeforge/domain/view/progress'
import { dollars, duration, tokens } from '../output/figures.ts'
import { oneLine } from '../output/printable.ts'
import type { Terminal } from '../output/terminal.ts'
import { callLine } from './event-lines.ts'

/** What the live line says. */
export interface Progress {
  readonly doing: string
  readonly turn: number
  readonly usage: Usage
  readonly costMicroUsd: number
}

export const noProgress: Progress = { doing: 'waits for a worker', turn: 0, usage: noUsage, costMicroUsd: 0 }

/** Folds an event into the live line. */
export function foldProgress(progress: Progress, { data }: RunEvent): Progress {
  const next = { ...progress, doing: doingOf(data) ?? progress.doing }
  if ('turn' in data) return { ...next, turn: Math.max(progress.turn, data.turn), ...spent(progress, data) }
  return next
}

function spent({ usage, costMicroUsd }: Progress, data: RunEventData): Partial<Progress> {
  if (data.kind === 'model.completed' || data.kind === 'toolcall.spent') return { usage: addUsage(usage, data.usage), costMicroUsd: costMicroUsd + data.costMicroUsd }
  return data.kind === 'model.failed' ? { costMicroUsd: costMicroUsd + data.costMicroUsd } : {}
}

function doingOf(data: RunEventData): string | null {
  switch (data.kind) {
    case 'run.queued':
      return 'waits for a worker'
    case 'attempt.started':
      return 'opens the workspace'
    case 'setup.started':
      return 'sets up'
    case 'model.requested':
      return 'thinks'
    case 'model.failed':
      return 'waits for the model'
    case 'toolcall.allowed':
      return callLine(data.call)
    case 'gate.started':
      return `gate: ${data.command}`
    case 'run.delivering':
      return 'delivers'
    case 'run.waiting':
      return 'waits for an answer'
    case 'run.paused':
      return 'is paused'
    case 'run.cancel-requested':
      return 'is being cancelled'
    default:
      return null
  }
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameMs = 100

/** Tells what a run does: on a terminal by a line that is drawn again, elsewhere by plain lines. */
export interface ProgressLine extends Disposable {
  /** Lines that stay. */
  say(lines: readonly string[]): void
  show(progress: Progress): void
  onLive(message: LiveMessage): void
  /** Takes the live line away while somebody is asked, until the promise is settled. */
  aside<Result>(work: () => Promise<Result>): Promise<Result>
}

export async function progressLine(terminal: Terminal, stream: NodeJS.WriteStream): Promise<ProgressLine> {
  return terminal.live ? liveLine(terminal, stream) : plainLines(terminal)
}

function plainLines(terminal: Terminal): ProgressLine {
  return {
    say: (lines) => { for (const line of lines) terminal.note(line) },
    show: () => undefined,
    onLive: () => undefined,
    aside: async (work) => work(),
    [Symbol.dispose]: () => undefined,
  }
}

async function liveLine(terminal: Terminal, stream: NodeJS.WriteStream): Promise<ProgressLine> {
  const { createLogUpdate } = await import('log-update') // only here: every other command starts faster without it
  const draw = createLogUpdate(stream)
  const started = Date.now()
  let progress = noProgress
  let heard = ''
  let frame = 0
  let hidden = false
  const redraw = (): void => {
    if (hidden) return
    frame = (frame + 1) % frames.length
    const doing = heard === '' ? progress.doing : `${progress.doing} · ${heard}`
    const figures = `turn ${progress.turn} · ${tokens(progress.usage)} · ${dollars(progress.costMicroUsd)} · ${duration(Date.now() - started)}`
    const room = Math.max(20, (stream.columns || 80) - figures.length - 6)
    draw(`${terminal.err.cyan(frames[frame] ?? '')} ${oneLine(doing, room)} ${terminal.err.dim(figures)}`)
  }
  const timer = setInterval(redraw, frameMs)
  return {
    say(lines) {
      if (lines.length === 0) return
      draw.clear()
      for (const line of lines) terminal.note(line)
      redraw()
    },
    show(next) {
      progress = next
      heard = ''
    },
    onLive(message) {
      heard = oneLine((heard + message.text).slice(-300).split('\n').findLast((line) => line.trim() !== '') ?? '', 80)
    },
    async aside(work) {
      hidden = true
      draw.clear()
      try {
        return await work()
      } finally {
        hidden = false
      }
    },
    [Symbol.dispose]() {
      clearInterval(timer)
      draw.clear()
      draw.done()
    },
  }
}
