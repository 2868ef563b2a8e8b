import type { ContextPack, PackCandidate } from './context-pack.ts'
import type { ValuedCandidate } from './choose-entries.ts'
import { chooseEntries } from './choose-entries.ts'
import { joinNeighbours, renderEntry } from './render-pack.ts'
import type { TokenCounter } from './token-counter.ts'

/** One source of candidates; what it throws costs only its own candidates. */
export interface PackPart {
  /** For the note, as in "The map failed." */
  readonly name: string
  /** Most tokens of all its candidates together, as a share of the budget; the rest of the budget is open to every part. */
  readonly share: number
  candidates(budget: number): Promise<readonly ValuedCandidate[]> | readonly ValuedCandidate[]
}

/** Fills a budget from several parts, in their order; each may take its share, and what is left over goes to the last one. */
export async function buildPack(
  parts: readonly PackPart[],
  tokens: number,
  counter: TokenCounter,
  signal: AbortSignal,
): Promise<ContextPack> {
  const notes: string[] = []
  let entries: ReturnType<typeof chooseEntries> = []
  let left = tokens
  let offered = 0
  for (const [at, part] of parts.entries()) {
    signal.throwIfAborted()
    const room = at === parts.length - 1 ? left : Math.min(left, Math.floor(tokens * part.share))
    const candidates = await attempt(part, room, notes)
    const chosen = chooseEntries(
      candidates.filter((candidate) => !isShown(entries, candidate)),
      room,
      counter,
    )
    offered += candidates.length
    left -= chosen.reduce((sum, entry) => sum + entry.tokens, 0)
    entries = [...entries, ...chosen]
  }
  const dropped = offered - entries.length
  notes.push(
    entries.length === 0
      ? 'Nothing was found that fits.'
      : dropped > 0
        ? `${dropped} of ${offered} pieces did not fit.`
        : 'Everything that was found fits.',
  )
  return finish(joinNeighbours(entries), tokens, counter, notes.join(' '))
}

async function attempt(part: PackPart, room: number, notes: string[]): Promise<readonly ValuedCandidate[]> {
  if (room <= 0) return []
  try {
    return await part.candidates(room)
  } catch (error) {
    notes.push(`The ${part.name} failed: ${error instanceof Error ? error.message : String(error)}`)
    return []
  }
}

/** Joining and the tokenizer's own ways may cost a token or two more than the sum: the least important entries go until all fits. */
function finish(entries: readonly ContextPack['entries'][number][], tokens: number, counter: TokenCounter, note: string): ContextPack {
  const kept = [...entries]
  for (;;) {
    const text = kept.map(renderEntry).join('\n\n')
    const whole = counter.count(text)
    if (whole <= tokens || kept.length === 0) return { entries: kept, tokens: whole, counted: counter.counted, note, text }
    const least = kept.reduce((worst, entry, at) => (entry.priority < (kept[worst]?.priority ?? 0) ? at : worst), 0)
    kept.splice(least, 1)
  }
}

function isShown(entries: ContextPack['entries'], { source, place }: PackCandidate): boolean {
  return entries.some(
    (entry) =>
      entry.source === source ||
      (place !== undefined &&
        entry.place?.path === place.path &&
        entry.place.startLine <= place.startLine &&
        entry.place.endLine >= place.endLine),
  )
}
