import type { StoredGraphState } from '@codeforge/contracts/stored-graph'
import { Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Chip } from '../components/chip.tsx'
import { ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { When } from '../components/when.tsx'
import { plural } from '../format/quantity.ts'
import { useLookAgain } from '../store/look-again.ts'
import { useLoad } from '../store/use-load.ts'
import { useProjectEvents } from '../store/use-project-events.ts'

const tones = { none: 'neutral', building: 'active', stored: 'good', failed: 'bad' } as const

/** When the whole graph was stored in the database, and a way to store it as it is now. */
export function StoredGraphLine(props: { readonly projectId: string }): JSX.Element {
  const state = useLoad(() => props.projectId, async (id) => api.storedGraph(id))
  const action = useAction()
  useProjectEvents(() => props.projectId, ['graph.'], state.reload)
  useLookAgain(state, (known) => known?.state === 'building')
  const store = (): void => {
    action.start(async () => {
      await api.storeGraph(props.projectId)
      state.reload()
    })
  }
  return (
    <div class="stack-small">
      <div class="row row-between">
        <Show when={state.value()}>{(known) => <p role="status" class="small"><Chip tone={tones[known().state]}>{words[known().state]}</Chip> <Stored state={known()} /></p>}</Show>
        <button type="button" class="button button-small" disabled={action.busy() || state.value()?.state === 'building'} onClick={store}>Store it</button>
      </div>
      <ErrorNotice error={action.error() ?? state.error()} />
    </div>
  )
}

const words = { none: 'not stored', building: 'being stored', stored: 'stored', failed: 'not stored anew' } as const

function Stored(props: { readonly state: StoredGraphState }): JSX.Element {
  return (
    <span class="muted">
      <Show when={props.state.failure}>{(failure) => <>{failure().message} </>}</Show>
      <Show when={props.state.stored} fallback="The database holds no graph of this project yet.">
        {(stored) => (
          <>
            {plural(stored().nodes, 'node')} and {plural(stored().edges, 'edge')}<Show when={stored().commit}> of <code>{stored().commit.slice(0, 10)}</code></Show>, <When at={stored().storedAt} />
            <Show when={stored().nodesLeftOut + stored().edgesLeftOut > 0}>; {stored().nodesLeftOut.toLocaleString('en')} nodes and {stored().edgesLeftOut.toLocaleString('en')} edges were too many</Show>
          </>
        )}
      </Show>
    </span>
  )
}
