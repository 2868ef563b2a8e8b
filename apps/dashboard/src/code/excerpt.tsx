import type { CodeHit } from '@codeforge/contracts/code'
import { Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { ErrorNotice } from '../components/notice.tsx'
import { scrollStop } from '../components/scroll-stop.ts'
import { useLoad } from '../store/use-load.ts'

/** The lines of a place as they are now; nothing is asked for before it is shown. */
export function Excerpt(props: { readonly projectId: string; readonly place: Pick<CodeHit, 'path' | 'startLine' | 'endLine'> }): JSX.Element {
  const lines = useLoad(() => props.place, async ({ path, startLine, endLine }) => {
    const { result: [text = ''] } = await api.codeExcerpts(props.projectId, [{ path, startLine, endLine }])
    return { text }
  })
  return (
    <>
      <Show when={lines.value()} fallback={<Show when={lines.error() === null}><p class="faint small">Its lines are read…</p></Show>}>
        {(known) => (
          <Show when={known().text} fallback={<p class="faint small">Its lines are not shown: the file is gone, or may hold secrets.</p>}>
            {(text) => <pre class="code excerpt" ref={scrollStop}>{text()}</pre>}
          </Show>
        )}
      </Show>
      <ErrorNotice error={lines.error()} />
    </>
  )
}
