import { Show } from 'solid-js'
import type { JSX } from 'solid-js'
import type { RunsStore } from '../store/use-runs.ts'
import { ErrorNotice, Loading } from './notice.tsx'
import { RunTable } from './run-table.tsx'

/** A list of runs with what it says while it loads, fails or is empty. */
export function RunSection(props: {
  readonly store: RunsStore
  readonly label: string
  readonly empty: JSX.Element
  readonly projectNames?: ReadonlyMap<string, string>
}): JSX.Element {
  return (
    <div class="stack" aria-busy={props.store.loading()}>
      <ErrorNotice error={props.store.error()} />
      <Show when={props.store.runs().length > 0} fallback={<Show when={!props.store.loading()} fallback={<Loading />}>{props.empty}</Show>}>
        <RunTable runs={props.store.runs()} label={props.label} {...(props.projectNames && { projectNames: props.projectNames })} />
        <Show when={props.store.hasMore()}>
          <div><button type="button" class="button" onClick={() => { props.store.more() }}>Show more</button></div>
        </Show>
      </Show>
    </div>
  )
}
