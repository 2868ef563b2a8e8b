import type { SignalWeights } from '../rank/profile.ts'
import type { SignalName, Signals } from '../rank/signals.ts'
import { signalNames } from '../rank/signals.ts'
import type { Reason } from './search-hit.ts'

const texts: Readonly<Record<SignalName, string>> = {
  body: 'the file holds the words of the query',
  bestChunk: 'one place holds the words together',
  bestChunks: 'several places hold the words together',
  path: 'the path holds the words',
  symbols: 'names that it defines hold the words',
  compounds: 'it holds words of the query joined to one name',
  definitions: 'it defines a name that the query mentions',
  mentions: 'the query names the file',
  similarChanges: 'changes with a similar message touched it',
  changeTitles: 'its past changes are described by these words',
  activity: 'it is changed often and was lately',
  size: 'it is large',
  semantic: 'it means something similar',
}
const fewestShare = 0.03

/** Why a file was chosen: what each signal adds to its score, most first. */
export function explain({ byFile }: Signals, weights: SignalWeights, file: number): readonly Reason[] {
  const parts = signalNames.map((signal) => ({ signal, value: weights[signal] * (byFile[signal][file] ?? 0) }))
  const whole = parts.reduce((sum, { value }) => sum + value, 0)
  return parts
    .map(({ signal, value }) => ({ signal, text: texts[signal], share: whole === 0 ? 0 : Math.round((value / whole) * 100) / 100 }))
    .filter(({ share }) => share >= fewestShare)
    .sort((one, other) => other.share - one.share)
}
