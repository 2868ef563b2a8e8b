import type { RunSummary } from '@codeforge/contracts/run'

/** Puts a run's newer state into a list that is ordered newest first; a run that no longer belongs leaves it. */
export function mergeRun(runs: readonly RunSummary[], run: RunSummary, belongs: (run: RunSummary) => boolean): readonly RunSummary[] {
  const index = runs.findIndex(({ id }) => id === run.id)
  const known = runs[index]
  if (known === undefined) {
    if (!belongs(run)) return runs
    const place = runs.findIndex(({ id }) => id < run.id) // ids sort by creation time
    return place === -1 ? [...runs, run] : runs.toSpliced(place, 0, run)
  }
  if (known.sequence > run.sequence) return runs
  return belongs(run) ? runs.with(index, run) : runs.toSpliced(index, 1)
}
