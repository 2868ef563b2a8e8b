import type { CodePack, FilePrediction } from '@codeforge/contracts/code'
import { createSignal, For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { scrollStop } from '../components/scroll-stop.ts'
import { api } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { Empty, ErrorNotice } from '../components/notice.tsx'
import { firstReading, Patience } from '../components/patience.tsx'
import { useAction } from '../components/use-action.ts'
import { plural } from '../format/quantity.ts'
import type { CodeViewProps } from './code-view-props.ts'

interface Foreseen {
  readonly files: readonly FilePrediction[]
  readonly pack: CodePack
}

const shownFiles = 12

/** What a task will probably touch, and what an agent would be shown before it begins. */
export function TaskView(props: CodeViewProps): JSX.Element {
  const action = useAction()
  const [foreseen, setForeseen] = createSignal<Foreseen | null>(null)
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const task = String(form.get('task')).trim()
    action.start(async () => {
      const [files, pack] = await Promise.all([api.predictFiles(props.projectId, task), api.packContext(props.projectId, task, Number(form.get('tokens')))])
      setForeseen({ files: files.result, pack: pack.result })
      props.onAnswered()
    })
  }
  return (
    <div class="stack">
      <form class="stack-small" onSubmit={submit} aria-label="A task">
        <Field label="Task">{(ids) => <textarea {...ids} name="task" rows={3} required maxlength={20_000} />}</Field>
        <div class="row row-between">
          <label class="inline-field">Tokens <input name="tokens" type="number" min="200" max="200000" value="4096" /></label>
          <button type="submit" class="button button-primary" disabled={action.busy()}>{action.busy() ? 'Looking…' : 'Look ahead'}</button>
        </div>
      </form>
      <ErrorNotice error={action.error()} />
      <Patience busy={action.busy()}>{firstReading}</Patience>
      <div class="stack-large" aria-live="polite">
        <Show when={foreseen()}>{(known) => <><Files files={known().files} /><Pack pack={known().pack} /></>}</Show>
      </div>
    </div>
  )
}

function Files(props: { readonly files: readonly FilePrediction[] }): JSX.Element {
  return (
    <section class="stack-small" aria-labelledby="likely">
      <h2 id="likely">Files it will probably touch</h2>
      <ol class="why">
        <For each={props.files.slice(0, shownFiles)} fallback={<li><Empty title="No file stands out." /></li>}>
          {({ path, probability }) => (
            <li class="foreseen"><meter min="0" max="1" value={probability} aria-label={`${Math.round(probability * 100)} %`} /><span class="faint small share">{Math.round(probability * 100)} %</span><span class="mono wrap-anywhere">{path}</span></li>
          )}
        </For>
      </ol>
    </section>
  )
}

function Pack(props: { readonly pack: CodePack }): JSX.Element {
  return (
    <section class="stack-small" aria-labelledby="packed">
      <h2 id="packed">What the agent would be shown first</h2>
      <p class="faint small">{plural(props.pack.entries.length, 'piece')}, {props.pack.tokens.toLocaleString('en')} tokens. {props.pack.note}</p>
      <Show when={props.pack.keywords?.length}>
        <p class="small">Taken to be about: {(props.pack.keywords ?? []).map(({ text }) => text).join(', ')}</p>
      </Show>
      <ul class="rule-list">
        <For each={props.pack.entries}>
          {(entry) => (
            <li class="rule">
              <details>
                <summary><span class="tag">{entry.kind}</span> <span class="mono wrap-anywhere">{entry.source}</span> <span class="faint small">{entry.tokens.toLocaleString('en')} tokens · {entry.reason}</span></summary>
                <pre class="code map-text" ref={scrollStop}>{entry.text}</pre>
              </details>
            </li>
          )}
        </For>
      </ul>
    </section>
  )
}
