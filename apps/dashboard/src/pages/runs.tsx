import { useSearchParams } from '@solidjs/router'
import { createMemo, For } from 'solid-js'
import type { JSX } from 'solid-js'
import { Empty } from '../components/notice.tsx'
import { RunSection } from '../components/run-section.tsx'
import { useTitle } from '../components/use-title.ts'
import { runFilters } from '../format/words.ts'
import { useProjectNames } from '../store/project-names.ts'
import { useRuns } from '../store/use-runs.ts'

/** All runs, newest first, live; the filter is part of the address. */
export function RunsPage(): JSX.Element {
  useTitle(() => 'Runs')
  const [search, setSearch] = useSearchParams<{ status: string; project: string }>()
  const names = useProjectNames()
  const runs = useRuns(createMemo(() => ({ status: search.status, projectId: search.project }), undefined, {
    equals: (a, b) => a.status === b.status && a.projectId === b.projectId,
  }))
  return (
    <div class="page stack-large">
      <header class="page-head"><h1>Runs</h1></header>
      <div class="row row-between filters">
        <div class="segments" role="group" aria-label="State">
          <For each={runFilters}>
            {(filter) => (
              <button type="button" class="segment" aria-pressed={(search.status ?? '') === filter.id} onClick={() => { setSearch({ status: filter.id }) }}>{filter.text}</button>
            )}
          </For>
        </div>
        <label class="inline-field">
          Project
          <select onChange={(event) => { setSearch({ project: event.currentTarget.value }) }}>
            <option value="" selected={!search.project}>All</option>
            <For each={[...names()]}>{([id, name]) => <option value={id} selected={search.project === id}>{name}</option>}</For>
          </select>
        </label>
      </div>
      <RunSection store={runs} label="Runs" projectNames={names()} empty={<Empty title={search.status || search.project ? 'No run fits this filter.' : 'No run yet.'} />} />
    </div>
  )
}
