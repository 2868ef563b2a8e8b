import type { BlobRef, Text } from '@codeforge/contracts/blob'
import type { LiveMessage, RunEvent, RunEventData } from '@codeforge/contracts/event'

/** One command and what it printed. */
export interface TerminalEntry {
  /** `<turn>/<call id>` of a tool call, `setup`, `gate/<name>`, numbered where it came again. */
  readonly key: string
  readonly source: 'shell' | 'setup' | 'gate'
  readonly title: string
  readonly status: 'running' | 'succeeded' | 'failed'
  /** What the model saw, or the preview; empty while it runs. */
  readonly text: Text
  /** Broadcast while it runs, bounded; dropped when the end is recorded. */
  readonly live: string
  readonly output: BlobRef | null
  readonly exitCode: number | null
  readonly durationMs: number | null
  readonly at: string
}

export interface TerminalView {
  readonly entries: readonly TerminalEntry[]
  readonly sequence: number
}
export const noTerminal: TerminalView = { entries: [], sequence: 0 }

/** Characters of live output that a page keeps of one command. */
export const liveLimit = 64 * 1024

/** Folds a run's events into its terminal. Idempotent by sequence. */
export function foldTerminal(view: TerminalView, event: RunEvent): TerminalView {
  if (event.sequence <= view.sequence) return view
  return { entries: foldEntries(view.entries, event.data, event.at), sequence: event.sequence }
}

/** Adds broadcast output to the command that runs; output of one that has ended is ignored. */
export function foldTerminalDelta(view: TerminalView, message: LiveMessage): TerminalView {
  if (message.kind !== 'terminal.delta') return view
  const index = view.entries.findLastIndex(({ key, status }) => status === 'running' && key.endsWith(`/${message.callId}`))
  const entry = view.entries[index]
  if (entry === undefined) return view
  return { ...view, entries: view.entries.with(index, { ...entry, live: (entry.live + message.text).slice(-liveLimit) }) }
}

function foldEntries(entries: readonly TerminalEntry[], data: RunEventData, at: string): readonly TerminalEntry[] {
  switch (data.kind) {
    case 'toolcall.allowed': {
      const command = 'command' in data.call.args ? data.call.args['command'] : undefined
      return typeof command === 'string' ? open(entries, `${data.turn}/${data.call.id}`, 'shell', command, at) : entries
    }
    case 'toolcall.completed':
      return close(entries, `${data.turn}/${data.callId}`, { ...data, text: data.observation })
    case 'setup.started':
      return open(entries, 'setup', 'setup', data.commands.join(' && '), at)
    case 'setup.completed':
      return close(entries, 'setup', { ok: true, text: data.output?.preview ?? '', output: data.output, exitCode: 0, durationMs: data.durationMs })
    case 'setup.failed':
      return close(entries, 'setup', { ok: false, text: data.output, output: null, exitCode: data.exitCode, durationMs: null })
    case 'gate.started':
      return open(entries, `gate/${data.gate}`, 'gate', data.command, at)
    case 'gate.passed':
    case 'gate.failed': {
      const { receipt } = data
      return close(entries, `gate/${receipt.gate}`, { ...receipt, ok: receipt.passed, text: receipt.output?.preview ?? receipt.reason })
    }
    default:
      return entries
  }
}

function open(entries: readonly TerminalEntry[], key: string, source: TerminalEntry['source'], title: string, at: string): readonly TerminalEntry[] {
  return [...entries, { key, source, title, status: 'running', text: '', live: '', output: null, exitCode: null, durationMs: null, at }]
}

function close(entries: readonly TerminalEntry[], key: string, end: {
  readonly ok: boolean
  readonly text: Text
  readonly output: BlobRef | null
  readonly exitCode: number | null
  readonly durationMs: number | null
}): readonly TerminalEntry[] {
  const index = entries.findLastIndex((entry) => entry.key === key && entry.status === 'running')
  const entry = entries[index]
  if (entry === undefined) return entries
  const { text, output, exitCode, durationMs } = end
  return entries.with(index, { ...entry, status: end.ok ? 'succeeded' : 'failed', live: '', text, output, exitCode, durationMs })
}
