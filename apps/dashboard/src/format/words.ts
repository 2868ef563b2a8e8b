import type { Run } from '@codeforge/contracts/run'
import type { Outcome, RunStatus } from '@codeforge/contracts/run-status'

export type Tone = 'neutral' | 'active' | 'good' | 'warning' | 'bad'

export interface Label {
  readonly text: string
  readonly tone: Tone
}

const statuses: Readonly<Record<Exclude<RunStatus, 'ended'>, Label>> = {
  queued: { text: 'Queued', tone: 'neutral' },
  running: { text: 'Running', tone: 'active' },
  waiting: { text: 'Waiting for an answer', tone: 'warning' },
  paused: { text: 'Paused', tone: 'neutral' },
  checking: { text: 'Checking gates', tone: 'active' },
  delivering: { text: 'Delivering', tone: 'active' },
}

const outcomes: Readonly<Record<Outcome, Label & { readonly meaning: string }>> = {
  'succeeded': { text: 'Succeeded', tone: 'good', meaning: 'The change passed its gates and was delivered.' },
  'infrastructure': { text: 'Infrastructure failed', tone: 'bad', meaning: 'Something that CodeForge needs failed, not the agent.' },
  'usage': { text: 'Not possible', tone: 'bad', meaning: 'The run asked for something that cannot be done as it was asked.' },
  'gate-failed': { text: 'Gate failed', tone: 'bad', meaning: 'A gate did not pass, so nothing was delivered.' },
  'policy': { text: 'Stopped by policy', tone: 'bad', meaning: 'The policy forbids what the run would have needed.' },
  'budget': { text: 'Budget spent', tone: 'bad', meaning: 'The money set aside for the run is used up.' },
  'limit-or-stall': { text: 'Stalled or at its limit', tone: 'bad', meaning: 'The agent made no progress, or reached its limit of turns.' },
  'timeout': { text: 'Timed out', tone: 'bad', meaning: 'The run took longer than it was allowed to.' },
  'setup-failed': { text: 'Setup failed', tone: 'bad', meaning: 'The workspace could not be made ready.' },
  'undelivered': { text: 'Not delivered', tone: 'bad', meaning: 'The change passed its gates, but could not be delivered.' },
  'cancelled': { text: 'Cancelled', tone: 'neutral', meaning: 'A person cancelled the run.' },
}

/** A run's state in words, with its colour. */
export function stateOf(run: Pick<Run, 'status' | 'outcome'>): Label {
  if (run.status !== 'ended') return statuses[run.status]
  return run.outcome === null ? { text: 'Ended', tone: 'neutral' } : outcomes[run.outcome]
}

/** What an outcome means, in a sentence. */
export function meaningOf(outcome: Outcome): string {
  return outcomes[outcome].meaning
}

/** What a change is that a run left without delivering it. */
export function keptWords(outcome: Outcome | null): string {
  if (outcome === 'gate-failed') return 'A gate refused this change.'
  return outcome === 'undelivered' ? 'This change could not be delivered.' : 'This change is unfinished: the run ended before a gate judged it.'
}

/** The model's name; a recorded conversation never passes for a model. */
export function modelName({ model, scripted }: Pick<Run, 'model' | 'scripted'>): string {
  return scripted ? 'scripted model (recorded conversation)' : model
}

/** Characters of a title; a prompt may be one line of a hundred thousand. */
const longestTitle = 140

/** The first line of a prompt, or its beginning up to a word where it is long. */
export function titleOf(prompt: string): string {
  const line = prompt.trimStart().split('\n', 1)[0]?.trim() ?? ''
  if (line.length <= longestTitle) return line || 'Untitled'
  const cut = line.slice(0, longestTitle)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), longestTitle / 2)).trimEnd()}…`
}

/** `no-new-failures` as `No new failures`. */
export function sentence(name: string): string {
  const words = name.replaceAll(/[-_.]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Filters of the list of runs: what people look for, and the states that are behind it. */
export const runFilters = [
  { id: '', text: 'All' },
  { id: 'queued,running,checking,delivering', text: 'Active' },
  { id: 'waiting', text: 'Waiting' },
  { id: 'paused', text: 'Paused' },
  { id: 'ended', text: 'Ended' },
] as const
