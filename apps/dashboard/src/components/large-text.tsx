import type { BlobRef, Text } from '@codeforge/contracts/blob'
import { createSignal, Match, Show, Switch } from 'solid-js'
import type { JSX } from 'solid-js'
import { scrollStop } from './scroll-stop.ts'
import { toApiError } from '../api/api-error.ts'
import type { ApiError } from '../api/api-error.ts'
import { api, blobUrl } from '../api/endpoints.ts'
import { bytes } from '../format/quantity.ts'
import { Icon } from './icon.tsx'
import { ErrorNotice } from './notice.tsx'

interface BlobViewProps {
  readonly runId: string
  readonly blob: BlobRef
  readonly render?: (text: string) => JSX.Element
}

/** A text by value, or the beginning of one that is kept elsewhere, with a way to see all of it. */
export function LargeText(props: { readonly runId: string; readonly text: Text; readonly render?: (text: string) => JSX.Element }): JSX.Element {
  return (
    <Switch>
      <Match when={typeof props.text === 'string' && props.text}>{(text) => <>{show(text(), props.render)}</>}</Match>
      <Match when={typeof props.text !== 'string' && props.text}>
        {(blob) => <BlobView runId={props.runId} blob={blob()} {...(props.render && { render: props.render })} />}
      </Match>
    </Switch>
  )
}

/** The beginning of a large value; the rest comes on demand. */
export function BlobView(props: BlobViewProps): JSX.Element {
  const [whole, setWhole] = createSignal<string | null>(null)
  const [error, setError] = createSignal<ApiError | null>(null)
  const [loading, setLoading] = createSignal(false)
  const load = async (): Promise<void> => {
    setLoading(true)
    try {
      setWhole(await api.blob(props.runId, props.blob.digest) ?? 'This value is no longer kept.')
    } catch (reason) {
      setError(toApiError(reason))
    } finally {
      setLoading(false)
    }
  }
  return (
    <div class="stack-small">
      {show(whole() ?? props.blob.preview, props.render)}
      <ErrorNotice error={error()} />
      <p class="row small">
        <Show when={whole() === null && !isWhole(props.blob)}>
          <button type="button" class="link-button" disabled={loading()} onClick={() => { void load() }}>Show all ({bytes(props.blob.size)})</button>
        </Show>
        <BlobLink runId={props.runId} blob={props.blob} />
      </p>
    </div>
  )
}

/** A link that downloads a large value. */
export function BlobLink(props: { readonly runId: string; readonly blob: BlobRef; readonly label?: string }): JSX.Element {
  return (
    <a class="icon-link" href={blobUrl(props.runId, props.blob.digest)} rel="external" download="">
      <Icon name="download" />{props.label ?? 'Download'}
    </a>
  )
}

/** Whether the preview is all there is. */
function isWhole({ preview, size }: BlobRef): boolean {
  return new TextEncoder().encode(preview).length >= size
}

function show(text: string, render: ((text: string) => JSX.Element) | undefined): JSX.Element {
  return render ? render(text) : <pre class="code" ref={scrollStop}>{text}</pre>
}
