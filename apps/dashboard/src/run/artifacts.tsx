import { For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Icon } from '../components/icon.tsx'
import { Empty, ErrorNotice, Loading } from '../components/notice.tsx'
import { When } from '../components/when.tsx'
import { bytes } from '../format/quantity.ts'
import { useLoad } from '../store/use-load.ts'

/** The files that the run produced. */
export function ArtifactList(props: { readonly runId: string; readonly revision: number }): JSX.Element {
  const artifacts = useLoad(() => `${props.runId} ${props.revision}`, async () => api.artifacts(props.runId))
  return (
    <div class="stack">
      <ErrorNotice error={artifacts.error()} onRetry={artifacts.reload} />
      <Show when={artifacts.value()} fallback={<Show when={artifacts.loading()}><Loading /></Show>}>
        {(loaded) => (
          <Show when={loaded().items.length > 0} fallback={<Empty title="No artifact yet." />}>
            <ul class="card lines" aria-label="Artifacts">
              <For each={loaded().items}>
                {(artifact) => (
                  <li class="row row-between">
                    <a class="icon-link mono small wrap-anywhere" rel="external" download="" href={`/api/v1/runs/${props.runId}/artifacts/${artifact.name.split('/').map(encodeURIComponent).join('/')}`}>
                      <Icon name="download" />{artifact.name}
                    </a>
                    <span class="faint small">{bytes(artifact.blob.size)} · {artifact.blob.mediaType} · <When at={artifact.createdAt} /></span>
                  </li>
                )}
              </For>
            </ul>
          </Show>
        )}
      </Show>
    </div>
  )
}
