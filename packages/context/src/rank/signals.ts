import { changeTitles, similarChanges } from './history-signals.ts'
import { definitionVotes, pathMentions } from './mention-signals.ts'
import type { Nearness } from './nearness.ts'
import type { Query } from './query.ts'
import type { RankInputs } from './signal-inputs.ts'
import { knownTerms, telling, weighByHistory } from './signal-inputs.ts'
import { chunkSignals, sizes } from './text-signals.ts'

/** The kinds of evidence that a file is meant. `similarChanges`, `changeTitles` and `activity` need a history, `semantic` needs embeddings. */
export const signalNames = [
  'body',
  'bestChunk',
  'bestChunks',
  'path',
  'symbols',
  'compounds',
  'definitions',
  'mentions',
  'similarChanges',
  'changeTitles',
  'activity',
  'size',
  'semantic',
] as const
export type SignalName = (typeof signalNames)[number]

/** What is said of a file whatever the query is. */
export const priors = ['activity', 'size'] as const satisfies readonly SignalName[]
/** What is said of a file for this query's sake; one that only was changed often, or is large, is no answer. */
export const queryEvidence: readonly SignalName[] = signalNames.filter((name) => !priors.some((prior) => prior === name))

/** A long message is asked for by its most telling terms: more of them cost time and found nothing more. */
const mostTerms = 40

/** What each signal says of each file, from 0 to 1 (priors: from 0 on), and the scores of chunks. */
export interface Signals {
  readonly byFile: Readonly<Record<SignalName, Float32Array>>
  readonly chunks: Float32Array
  /** Numbers of the past changes with similar messages, most similar first. */
  readonly similarCommits: readonly number[]
}

/** Asks every signal about a query. */
export function readSignals(inputs: RankInputs, query: Query, near?: Nearness): Signals {
  const { text, history, files } = inputs
  const weighted = weighByHistory(query, history)
  const terms = telling(knownTerms(text.vocabulary, weighted), text.body, mostTerms)
  const { scores, best, bestThree } = chunkSignals(text, terms)
  const nothing = new Float32Array(files)
  const past = history && { terms: telling(knownTerms(history.vocabulary, weighted), history.messages, mostTerms), history }
  const similar = past && similarChanges(past.history, past.terms, files)
  const byFile = {
    body: text.body.score(terms),
    bestChunk: best,
    bestChunks: bestThree,
    path: text.path.score(terms),
    symbols: text.symbols.score(terms),
    compounds: text.body.score(telling(knownTerms(text.vocabulary, query.compounds), text.body, mostTerms)),
    definitions: definitionVotes(inputs, query),
    mentions: pathMentions(inputs, query),
    similarChanges: similar?.files ?? nothing,
    changeTitles: past ? changeTitles(past.history, past.terms, files) : nothing,
    activity: history?.activityOfFile ?? nothing,
    size: sizes(text),
    semantic: near?.files ?? nothing,
  }
  for (const name of queryEvidence) scale(byFile[name])
  return { byFile, chunks: near === undefined ? scores : together(scores, near.chunks), similarCommits: similar?.commits ?? [] }
}

/** Where in a file to look: words and meaning count the same once both are scaled. */
function together(words: Float32Array, near: Float32Array): Float32Array {
  const scaled = words.slice()
  scale(scaled)
  return scaled.map((score, chunk) => score + (near[chunk] ?? 0))
}

/** Divides by the highest value, in place. Priors are spared: they say something of files, not of the query. */
function scale(values: Float32Array): void {
  let most = 0
  for (const value of values) most = Math.max(most, value)
  if (most === 0) return
  const factor = 1 / most
  for (let file = 0; file < values.length; file += 1) values[file] = (values[file] ?? 0) * factor
}
