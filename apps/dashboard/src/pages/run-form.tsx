import { microUsd } from '@codeforge/contracts/money'
import type { Project } from '@codeforge/contracts/project'
import { DeliverMode } from '@codeforge/contracts/run-request'
import { TaskId } from '@codeforge/contracts/ids'
import { useNavigate } from '@solidjs/router'
import { For } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { focusSoon } from '../components/focus-soon.ts'
import { ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { useUnsaved } from '../components/use-unsaved.ts'
import { deliveries } from '../format/deliveries.ts'
import { gatesOf } from '../format/gates.ts'
import { useLoad } from '../store/use-load.ts'

interface RunFormProps {
  readonly project: Project
  readonly prompt: string
  readonly taskId?: string
  readonly onClose: () => void
}

/** Asks for a run; what is left empty is as the project and the configuration say. */
export function RunForm(props: RunFormProps): JSX.Element {
  const navigate = useNavigate()
  const action = useAction()
  let typed = false
  useUnsaved(() => typed)
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    action.start(async () => {
      const { id } = await api.createRun(runOf(form, props.project, props.taskId))
      typed = false
      navigate(`/runs/${id}`)
    })
  }
  const submitByKey = (event: KeyboardEvent & { readonly currentTarget: HTMLTextAreaElement }): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit()
  }
  return (
    <form class="card stack" onSubmit={submit} aria-label="New run">
      <Field label="What should be done?" hint="Ctrl+Enter starts it.">
        {(ids) => <textarea {...ids} name="prompt" rows={4} required maxlength={100_000} ref={focusSoon} onKeyDown={submitByKey} onInput={(event) => { typed = event.currentTarget.value.trim() !== '' }}>{props.prompt}</textarea>}
      </Field>
      <div class="columns">
        <ModeField />
        <PolicyField project={props.project} />
        <Field label="Deliver as">
          {(ids) => (
            <select {...ids} name="deliver">
              <option value="">{props.project.deliver ?? 'As configured'}</option>
              <For each={deliveries}>{(mode) => <option value={mode}>{mode}</option>}</For>
            </select>
          )}
        </Field>
        <Field label="Model" hint="Empty: as configured.">
          {(ids) => <input {...ids} name="model" class="mono" maxlength={200} autocomplete="off" />}
        </Field>
        <Field label="Budget in dollars" hint="Empty: as the policy says.">
          {(ids) => <input {...ids} name="budget" type="number" min="0" step="0.01" inputmode="decimal" />}
        </Field>
      </div>
      <Field label="Gates" hint="One command a line; each must pass before anything is delivered. Empty: those of the project.">
        {(ids) => <textarea {...ids} name="gates" class="mono" rows={2} placeholder={props.project.gates.map(({ command }) => command).join('\n') || 'npm test'} />}
      </Field>
      <label class="check"><input type="checkbox" name="attended" checked /> Ask me when the policy wants a person to decide. Otherwise such calls are denied.</label>
      <ErrorNotice error={action.error()} />
      <div class="row row-end">
        <button type="button" class="button" onClick={() => { props.onClose() }}>Back</button>
        <button type="submit" class="button button-primary" disabled={action.busy()}>{action.busy() ? 'Starting…' : 'Start run'}</button>
      </div>
    </form>
  )
}

function ModeField(): JSX.Element {
  const modes = useLoad(() => 'all', async () => api.modes())
  return (
    <Field label="Mode">
      {(ids) => (
        <select {...ids} name="mode">
          <For each={modes.value()?.items} fallback={<option value="coder">Coder</option>}>
            {(mode) => <option value={mode.id} selected={mode.id === 'coder'} title={mode.description}>{mode.name}</option>}
          </For>
        </select>
      )}
    </Field>
  )
}

function PolicyField(props: { readonly project: Project }): JSX.Element {
  const policies = useLoad(() => 'all', async () => api.policies())
  return (
    <Field label="Policy">
      {(ids) => (
        <select {...ids} name="policy">
          <option value="">{props.project.policy ?? 'As configured'}</option>
          <For each={policies.value()?.items}>{(policy) => <option value={policy.name} title={policy.description}>{policy.name}</option>}</For>
        </select>
      )}
    </Field>
  )
}

function runOf(form: FormData, project: Project, taskId: string | undefined): Parameters<typeof api.createRun>[0] {
  const text = (name: string): string => String(form.get(name) ?? '').trim()
  const gates = gatesOf(text('gates'))
  return {
    projectId: project.id,
    prompt: text('prompt'),
    mode: text('mode'),
    attended: form.get('attended') !== null,
    ...(taskId !== undefined && { taskId: TaskId.parse(taskId) }),
    ...(text('deliver') !== '' && { deliver: DeliverMode.parse(text('deliver')) }),
    ...(text('policy') !== '' && { policy: text('policy') }),
    ...(text('model') !== '' && { model: text('model') }),
    ...(text('budget') !== '' && { maxCostMicroUsd: microUsd(Number(text('budget'))) }),
    ...(gates.length > 0 && { gates }),
  }
}
