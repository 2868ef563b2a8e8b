import type { PolicyReport } from '@codeforge/contracts/policy-api'
import { createEffect, createSignal, For, on, onCleanup, Show } from 'solid-js'
import type { Accessor, JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { useUnsaved } from '../components/use-unsaved.ts'
import { plural } from '../format/quantity.ts'
import { useLoad } from '../store/use-load.ts'
import { PolicyTester } from './policy-tester.tsx'

/** Milliseconds without a keystroke after which the text is checked. */
const pauseMs = 300

/** Edits the text of a profile: checked while it is typed, examples included, and tried before it is saved. */
export function PolicyEditor(props: { readonly name: string; readonly initial: string; /** Calls `saved` before it leaves the page. */ readonly onSave: (yaml: string, saved: () => void) => Promise<void>; readonly onClose: () => void }): JSX.Element {
  const [yaml, setYaml] = createSignal(props.initial)
  const settled = afterPause(yaml)
  const report = useLoad(settled, async (text) => api.checkPolicy(text))
  const action = useAction()
  let saved = false
  useUnsaved(() => !saved && yaml() !== props.initial)
  const mayBeSaved = (): boolean => settled() === yaml() && !report.loading() && report.value()?.problems.length === 0
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    action.start(async () => props.onSave(yaml(), () => { saved = true }))
  }
  return (
    <>
      <form class="card stack" onSubmit={submit} aria-label="Profile">
        <Field label="Profile as YAML" hint="Checked while you type; the profile's own examples must come out as they are written.">
          {(ids) => <textarea {...ids} class="mono editor" rows={28} spellcheck={false} value={yaml()} onInput={(event) => setYaml(event.currentTarget.value)} />}
        </Field>
        <div aria-live="polite"><Report report={report.value()} pending={report.loading() || settled() !== yaml()} /></div>
        <ErrorNotice error={report.error()} onRetry={report.reload} />
        <ErrorNotice error={action.error()} />
        <div class="row row-end">
          <button type="button" class="button" onClick={() => { props.onClose() }}>Back</button>
          <button type="submit" class="button button-primary" disabled={!mayBeSaved() || action.busy()}>{action.busy() ? 'Saving…' : 'Save'}</button>
        </div>
      </form>
      <PolicyTester name={props.name} yaml={yaml()} />
    </>
  )
}

function Report(props: { readonly report: PolicyReport | undefined; readonly pending: boolean }): JSX.Element {
  return (
    <Show when={props.report} fallback={<p class="muted small">Checking…</p>}>
      {(report) => (
        <Show when={report().problems.length > 0} fallback={<p class="small notice notice-good" classList={{ faint: props.pending }}>{goodWords(report())}</p>}>
          <div class="notice notice-bad" classList={{ faint: props.pending }}>
            <p class="notice-title">{plural(report().problems.length, 'problem')}</p>
            <ul><For each={report().problems}>{(problem) => <li class="small prewrap wrap-anywhere">{problem}</li>}</For></ul>
          </div>
        </Show>
      )}
    </Show>
  )
}

function goodWords({ profile }: PolicyReport): string {
  if (profile === null) return ''
  const ofRules = [...profile.guards, ...profile.rules].reduce((sum, { matches, not }) => sum + matches.length + not.length, 0)
  return `It holds: ${plural(profile.guards.length, 'guard')}, ${plural(profile.rules.length, 'rule')}, ${plural(profile.examples.length + ofRules, 'example')}, all as written.`
}

/** The value as it was when nothing had changed for a moment. */
function afterPause(value: Accessor<string>): Accessor<string> {
  const [settled, setSettled] = createSignal(value())
  let timer: ReturnType<typeof setTimeout> | undefined
  createEffect(on(value, (now) => {
    clearTimeout(timer)
    timer = setTimeout(() => setSettled(now), pauseMs)
  }, { defer: true }))
  onCleanup(() => { clearTimeout(timer) })
  return settled
}
