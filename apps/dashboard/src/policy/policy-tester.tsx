import type { EvaluateCall, Evaluation } from '@codeforge/contracts/policy-api'
import { createSignal, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import type { z } from 'zod'
import { api } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { AnalysisTable } from './analysis-table.tsx'
import { VerdictTable } from './verdict-table.tsx'

type Call = z.input<typeof EvaluateCall>

/** Tries a call on a profile, or on the text of one that is not saved, and explains the verdict. */
export function PolicyTester(props: { readonly name: string; readonly yaml?: string }): JSX.Element {
  const action = useAction()
  const [tool, setTool] = createSignal('shell')
  const [evaluation, setEvaluation] = createSignal<Evaluation | null>(null)
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const call = callOf(new FormData(event.currentTarget))
    action.start(async () => {
      setEvaluation(await api.evaluate(props.name, { ...call, ...(props.yaml !== undefined && { yaml: props.yaml }) }))
    })
  }
  return (
    <section class="card stack" aria-labelledby="tester">
      <h2 id="tester">Try a call</h2>
      <form class="stack-small" onSubmit={submit} aria-label="Try a call">
        <div class="columns">
          <Field label="Tool">
            {(ids) => <input {...ids} name="tool" class="mono" list="tools" value={tool()} required onInput={(event) => setTool(event.currentTarget.value)} />}
          </Field>
          <datalist id="tools"><option value="shell" /><option value="read_file" /><option value="write_file" /><option value="edit_file" /><option value="search_files" /></datalist>
          <Field label="Situation">
            {(ids) => <select {...ids} name="situation"><option value="unattended">nobody is there</option><option value="attended">somebody can be asked</option></select>}
          </Field>
          <Field label="Sandbox">
            {(ids) => <select {...ids} name="sandbox"><option value="as-demanded">as the profile demands</option><option value="none">none</option></select>}
          </Field>
        </div>
        <Field label={subjectLabel(tool())} {...(!hasSubject(tool()) && { hint: 'A JSON object.' })}>
          {(ids) => <textarea {...ids} name="subject" class="mono" rows={2} required placeholder={placeholder(tool())} onKeyDown={submitByKey} />}
        </Field>
        <div class="row row-end"><button type="submit" class="button" disabled={action.busy()}>Judge it</button></div>
      </form>
      <ErrorNotice error={action.error()} />
      <div aria-live="polite">
        <Show when={evaluation()}>
          {(known) => (
            <div class="stack">
              <VerdictTable verdict={known().verdict} />
              <Show when={known().analysis}>{(analysis) => <AnalysisTable analysis={analysis()} />}</Show>
            </div>
          )}
        </Show>
      </div>
    </section>
  )
}

function submitByKey(event: KeyboardEvent & { readonly currentTarget: HTMLTextAreaElement }): void {
  if (event.key !== 'Enter' || event.shiftKey) return
  event.preventDefault()
  event.currentTarget.form?.requestSubmit()
}

const pathTools = new Set(['read_file', 'write_file', 'edit_file'])

function hasSubject(tool: string): boolean {
  return tool === 'shell' || pathTools.has(tool)
}

function subjectLabel(tool: string): string {
  if (tool === 'shell') return 'Command'
  return pathTools.has(tool) ? 'Path' : 'Arguments'
}

function placeholder(tool: string): string {
  if (tool === 'shell') return 'cd packages/api && npm test 2>&1 | tee out.log'
  return pathTools.has(tool) ? 'src/index.ts' : '{}'
}

function callOf(form: FormData): Call {
  const text = (name: string): string => String(form.get(name) ?? '')
  const tool = text('tool').trim()
  return {
    tool,
    args: argumentsOf(tool, text('subject')),
    situation: text('situation') === 'attended' ? 'attended' : 'unattended',
    sandbox: text('sandbox') === 'none' ? 'none' : 'as-demanded',
  }
}

function argumentsOf(tool: string, subject: string): NonNullable<Call['args']> {
  if (tool === 'shell') return { command: subject }
  return pathTools.has(tool) ? { path: subject.trim() } : JSON.parse(subject) as NonNullable<Call['args']>
}
