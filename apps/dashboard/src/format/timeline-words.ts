import type { TimelineItem } from '@codeforge/domain/view/timeline'
import { plural } from './quantity.ts'
import { sentence } from './words.ts'
import type { Tone } from './words.ts'

export interface TimelineWords {
  readonly text: string
  readonly detail: string
  readonly tone: Tone
}

type Item<Kind extends TimelineItem['kind']> = Extract<TimelineItem, { kind: Kind }>

/** An entry of the timeline in words. */
export function timelineWords(item: TimelineItem): TimelineWords {
  switch (item.kind) {
    case 'attempt':
      return attemptWords(item)
    case 'status':
      return { text: statusWords[item.status] ?? sentence(item.status), detail: item.detail ?? '', tone: statusTone(item.status) }
    case 'gate':
      return gateWords(item)
    case 'checkpoint':
      return { text: `${item.restored ? 'Back to checkpoint' : 'Checkpoint'} ${item.checkpoint.slice(0, 10)}`, detail: checkpointDetail(item), tone: item.restored ? 'warning' : 'neutral' }
    case 'question':
      return { text: item.draft.title, detail: item.status === 'open' ? 'waits for an answer' : `${item.status}${item.answer === null ? '' : `: ${item.answer}`}`, tone: item.status === 'open' ? 'warning' : 'neutral' }
    case 'stall':
      return { text: `No progress seen: ${item.signal.replaceAll('-', ' ')}`, detail: item.detail, tone: 'warning' }
    case 'budget':
      return { text: sentence(item.detail), detail: '', tone: 'warning' }
    case 'delivery':
      return deliveryWords(item)
  }
}

const statusWords: Readonly<Record<string, string>> = {
  'queued': 'Queued', 'started': 'Started', 'checking': 'Gates count now', 'reworking': 'Back to work, since a gate failed',
  'delivering': 'Delivery begins', 'resumed': 'Resumed', 'pause-requested': 'A pause was asked for', 'cancel-requested': 'A cancellation was asked for',
  'waiting': 'Waits for an answer', 'paused': 'Paused', 'succeeded': 'Succeeded', 'cancelled': 'Cancelled', 'kept': 'The unfinished change was kept',
}
const calm = new Set(['queued', 'started', 'resumed', 'pause-requested', 'paused', 'cancelled', 'cancel-requested', 'kept'])

function statusTone(status: string): Tone {
  if (status === 'succeeded') return 'good'
  if (status === 'checking' || status === 'delivering') return 'active'
  if (status === 'waiting' || status === 'reworking') return 'warning'
  return calm.has(status) ? 'neutral' : 'bad'
}

function attemptWords({ attempt, status, reason }: Item<'attempt'>): TimelineWords {
  // The entry stands where the attempt began; that it has ended shows below.
  const text = { working: 'is at work', lost: 'lost its worker', released: 'was given back', ended: 'began' }[status]
  return { text: `Attempt ${attempt} ${text}`, detail: reason ?? '', tone: status === 'lost' ? 'bad' : status === 'working' ? 'active' : 'neutral' }
}

function gateWords({ gate, baseline, receipt }: Item<'gate'>): TimelineWords {
  const when = baseline ? ' before the change' : ''
  if (receipt === null) return { text: `Gate ${gate} is judged${when}`, detail: '', tone: 'active' }
  const tone = receipt.passed ? 'good' : baseline ? 'neutral' : 'bad'
  return { text: `Gate ${gate} ${receipt.passed ? 'passed' : 'failed'}${when}`, detail: receipt.reason, tone }
}

function checkpointDetail({ label, stat }: Item<'checkpoint'>): string {
  if (stat === null || stat.files === 0) return label
  return `${label} (${plural(stat.files, 'file')}, +${stat.insertions} −${stat.deletions})`
}

function deliveryWords({ mode, status, branch, commit, problem }: Item<'delivery'>): TimelineWords {
  if (status === 'started') return { text: `Delivers as ${mode}`, detail: '', tone: 'active' }
  if (status === 'failed') return { text: `Could not be delivered as ${mode}`, detail: problem ?? '', tone: 'bad' }
  return { text: `Delivered as ${mode}`, detail: [branch, commit?.slice(0, 12)].filter(Boolean).join(' · '), tone: 'good' }
}
