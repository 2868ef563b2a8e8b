import type { Run } from '@codeforge/contracts/run'
import { createMemo, For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Icon } from '../components/icon.tsx'
import { Empty, ErrorNotice, Loading } from '../components/notice.tsx'
import { parsePatch } from '../format/patch.ts'
import type { DiffFile } from '../format/patch.ts'
import { keptWords } from '../format/words.ts'
import { plural } from '../format/quantity.ts'
import { useLoad } from '../store/use-load.ts'
import { DiffFileView } from './diff-file.tsx'

/** The change of a run: delivered, or kept undelivered. It is loaded again when the run delivers or ends. */
export function Changes(props: { readonly runId: string; readonly run: Run | null }): JSX.Element {
  const key = createMemo(() => `${props.runId} ${props.run?.delivery === null ? 'nothing' : 'delivered'} ${props.run?.outcome ?? ''}`)
  const patch = useLoad(key, async () => api.diff(props.runId))
  const files = createMemo(() => parsePatch(patch.value() ?? ''))
  return (
    <div class="stack">
      <ErrorNotice error={patch.error()} onRetry={patch.reload} />
      <Show when={patch.value() !== undefined} fallback={<Show when={patch.loading()}><Loading /></Show>}>
        <Show when={patch.value()} fallback={<NoChange run={props.run} />}>
          <Show when={props.run?.kept ? props.run : null}>{(run) => <Undelivered run={run()} />}</Show>
          <Summary runId={props.runId} files={files() ?? []} />
          <For each={files()}>{(file, index) => <DiffFileView file={file} id={`file-${index()}`} />}</For>
          <Show when={files() === null}><pre class="code">{patch.value()}</pre></Show>
        </Show>
      </Show>
    </div>
  )
}

/** A change that did not get to its end must not be taken for one that did. */
function Undelivered(props: { readonly run: Run }): JSX.Element {
  return (
    <div class="notice notice-warning">
      <p class="notice-title">{keptWords(props.run.outcome)}</p>
      <p>It was delivered nowhere. <code>npx codeforge apply {props.run.id.slice(0, 13)}</code>, in CodeForge's own folder, takes it into your files.</p>
    </div>
  )
}

function NoChange(props: { readonly run: Run | null }): JSX.Element {
  return (
    <Empty title={props.run?.status === 'ended' ? 'No change was left.' : 'No change has been delivered yet.'}>
      <p class="muted">{props.run?.status === 'ended' ? 'What the agent edited is under Conversation, call by call.' : 'A change appears here once its gates have passed and it has been delivered.'}</p>
    </Empty>
  )
}

function Summary(props: { readonly runId: string; readonly files: readonly DiffFile[] }): JSX.Element {
  const total = createMemo(() => props.files.reduce((sum, file) => ({ insertions: sum.insertions + file.insertions, deletions: sum.deletions + file.deletions }), { insertions: 0, deletions: 0 }))
  return (
    <nav class="card stack-small" aria-label="Changed files">
      <div class="row row-between">
        <p><strong>{plural(props.files.length, 'file')}</strong> <span class="plus">+{total().insertions}</span> <span class="minus">−{total().deletions}</span></p>
        <a class="icon-link small" href={`/api/v1/runs/${props.runId}/diff`} rel="external" download="change.patch"><Icon name="download" />Download patch</a>
      </div>
      <ul class="file-list">
        <For each={props.files}>
          {(file, index) => (
            <li>
              <button type="button" class="link-button mono small" onClick={() => document.getElementById(`file-${index()}`)?.scrollIntoView({ block: 'start' })}>{file.path}</button>
              <span class="small"><span class="plus">+{file.insertions}</span> <span class="minus">−{file.deletions}</span></span>
            </li>
          )}
        </For>
      </ul>
    </nav>
  )
}
