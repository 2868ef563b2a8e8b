import type { Text } from '@codeforge/contracts/blob'
import type { RunEvent, RunEventData } from '@codeforge/contracts/event'
import type { ToolCall } from '@codeforge/contracts/message'
import type { Receipt } from '@codeforge/contracts/receipt'
import { reasonWords } from '@codeforge/domain/policy/reason-words'
import { dollars, duration } from '../output/figures.ts'
import { oneLine, printable } from '../output/printable.ts'
import type { Terminal } from '../output/terminal.ts'
import { statLine } from './result-lines.ts'

type Colours = Terminal['out']

/** The lines by which one event is told to a person; none where it is not worth a line. */
export function eventLines(event: RunEvent, colours: Colours): string[] {
  return workLines(event.data, colours) ?? []
}

function workLines(data: RunEventData, c: Colours): string[] | null {
  switch (data.kind) {
    case 'workspace.opened':
      return [c.dim(`workspace at ${data.baseCommit?.slice(0, 10) ?? 'its files'}, sandbox: ${data.sandbox}`)]
    case 'setup.started':
      return [c.dim(`setup: ${oneLine(data.commands.join(' && '), 160)}`)]
    case 'setup.failed':
      return [c.red(`setup failed: ${oneLine(data.command, 160)}`), ...indented(data.output, 20)]
    case 'model.completed':
      return textOf(data.text).trim() === '' ? [] : [c.bold(`turn ${data.turn}`), ...indented(data.text, 40)]
    case 'model.failed':
      return [c.yellow(`model: ${oneLine(data.message, 200)}${data.willRetry ? ' (tries again)' : ''}`)]
    case 'stall.detected':
      return [c.yellow(`no progress: ${oneLine(data.detail, 200)}`)]
    default:
      return callLines(data, c)
  }
}

function callLines(data: RunEventData, c: Colours): string[] | null {
  switch (data.kind) {
    case 'toolcall.allowed':
      return [`${c.cyan('→')} ${callLine(data.call)}`]
    case 'toolcall.denied':
      return [`${c.red('✗')} ${callLine(data.call)}`, c.red(`  denied by ${data.verdict.ruleId}: ${oneLine(reasonWords(data.verdict.reason), 200)}`)]
    case 'toolcall.asked':
      return [`${c.yellow('?')} ${callLine(data.call)}`]
    case 'toolcall.completed':
      return [data.ok ? c.dim(`  ${resultOf(data)}`) : c.yellow(`  failed: ${resultOf(data)}`)]
    case 'gate.started':
      return [c.dim(`gate${data.baseline ? ' before the work' : ''}: ${oneLine(data.command, 160)}`)]
    case 'gate.passed':
    case 'gate.failed':
      return [receiptLine(data.receipt, data.baseline, c)]
    default:
      return lifeLines(data, c)
  }
}

function lifeLines(data: RunEventData, c: Colours): string[] | null {
  switch (data.kind) {
    case 'attempt.lost':
      return [c.yellow(`the worker was lost (${oneLine(data.reason, 160)}); another one goes on`)]
    case 'attempt.released':
      return [c.dim(`the worker gave the run back (${oneLine(data.reason, 160)})`)]
    case 'run.reworking':
      return [c.yellow('a gate failed: back to work')]
    case 'run.paused':
      return [c.yellow('paused')]
    case 'run.resumed':
      return [c.dim('goes on')]
    case 'run.cancel-requested':
      return [c.yellow(`cancelling: ${oneLine(data.reason, 160)}`)]
    case 'question.asked':
      return [c.yellow(`asks: ${oneLine(data.draft.title, 300)}`)]
    case 'question.answered':
      return [c.dim(`answered: ${oneLine(data.answer, 80)}${data.note === null ? '' : ` (${oneLine(data.note, 160)})`}`)]
    case 'question.expired':
      return [c.yellow(`nobody answered in time; taken: ${oneLine(data.answer, 80)}`)]
    case 'budget.alerted':
      return [c.yellow(`${data.percent} % of the budget is spent`)]
    case 'spend.booked':
      return [c.dim(`booked of a lost attempt: ${dollars(data.costMicroUsd)}`)]
    case 'budget.overrun':
      return [c.yellow('a call cost more than was set aside for it')]
    case 'delivery.completed':
      return [c.dim(`delivered: ${[data.branch, statLine(data.stat)].filter(Boolean).join(', ')}`)]
    case 'delivery.failed':
      return [c.red(`delivery failed: ${oneLine(data.message, 200)}`)]
    case 'change.kept':
      return [c.yellow(`kept, unfinished: ${statLine(data.stat)}`)]
    default:
      return null
  }
}

/** What a call does, in one line: the tool and the argument that says most. */
export function callLine({ tool, args }: ToolCall): string {
  if (args['kind'] === 'blob') return oneLine(tool, 40)
  const values = args as Record<string, unknown>
  const telling = ['command', 'path', 'pattern', 'query', 'file'].map((name) => values[name]).find((value) => typeof value === 'string')
  return `${oneLine(tool, 40)} ${oneLine(telling ?? JSON.stringify(values), 160)}`.trimEnd()
}

function resultOf({ observation, exitCode, durationMs, changedFiles }: Extract<RunEventData, { kind: 'toolcall.completed' }>): string {
  const parts = [
    changedFiles.length > 0 ? `changed ${oneLine(changedFiles.join(', '), 120)}` : oneLine(textOf(observation).split('\n').find((line) => line.trim() !== '') ?? '', 120),
    exitCode !== null && exitCode !== 0 ? `exit ${exitCode}` : '',
    durationMs >= 1000 ? duration(durationMs) : '',
  ]
  return parts.filter((part) => part !== '').join(', ') || 'done'
}

/** A gate's evidence in one line. */
export function receiptLine({ gate, passed, reason, counts, durationMs }: Receipt, baseline: boolean, c: Colours): string {
  const figures = counts === null ? '' : ` (${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped)`
  const line = `gate ${oneLine(gate, 80)}${baseline ? ' before the work' : ''}: ${passed ? 'passed' : 'failed'}${figures}, ${duration(durationMs)}`
  if (passed) return baseline ? c.dim(line) : c.green(line)
  return baseline ? c.dim(line) : `${c.red(line)}${c.dim(` · ${oneLine(reason, 200)}`)}`
}

export function textOf(text: Text): string {
  return typeof text === 'string' ? text : text.preview
}

function indented(text: Text, most: number): string[] {
  const lines = printable(textOf(text)).trimEnd().split('\n')
  const kept = lines.slice(0, most).map((line) => `  ${line}`)
  return lines.length > most ? [...kept, `  … ${lines.length - most} more lines`] : kept
}
