import { activity, changeTitles, similarChanges } from './history-signals.ts'
import { definitionVotes, pathMentions } from './mention-signals.ts'
import type { Query } from './query.ts'
import type { RankInputs } from './signal-inputs.ts'
import { knownTerms, weighByHistory } from './signal-inputs.ts'
import { chunkSignals } from './text-signals.ts'

/** The kinds of evidence that a file is meant. `meaning` needs an embeddings endpoint, the last three need a history. */
export const signalNames = [
  'body',
  'bestChunk',
  'bestChunks',
  'path',
  'symbols',
  'definitions',
  'mentions',
  'similarChanges',
  'changeTitles',
  'activity',
] as const
export type SignalName = (typeof signalNames)[number]

/** What each signal says of each file, and the scores of chunks. */
export interface Signals {
  readonly byFile: Readonly<Record<SignalName, Float32Array>>
  readonly chunks: Float32Array
  /** Numbers of the past changes with similar messages, most similar first. */
  readonly similarCommits: readonly number[]
}

/** Asks every signal about a query. */
export function readSignals(inputs: RankInputs, query: Query): Signals {
  const { text, history, files } = inputs
  const weighted = weighByHistory(query, history)
  const terms = knownTerms(text.vocabulary, weighted)
  const { scores, best, bestThree } = chunkSignals(text, terms)
  const nothing = new Float32Array(files)
  const past = history && { terms: knownTerms(history.vocabulary, weighted), history }
  const similar = past && similarChanges(past.history, past.terms, files)
  return {
    byFile: {
      body: text.body.score(terms),
      bestChunk: best,
      bestChunks: bestThree,
      path: text.path.score(terms),
      symbols: text.symbols.score(terms),
      definitions: definitionVotes(inputs, query),
      mentions: pathMentions(inputs, query),
      similarChanges: similar?.files ?? nothing,
      changeTitles: past ? changeTitles(past.history, past.terms, files) : nothing,
      activity: history ? activity(history, files) : nothing,
    },
    chunks: scores,
    similarCommits: similar?.commits ?? [],
  }
}
