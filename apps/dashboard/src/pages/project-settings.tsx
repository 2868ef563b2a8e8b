import { microUsd } from '@codeforge/contracts/money'
import type { Project } from '@codeforge/contracts/project'
import { DeliverMode, WorkspaceMode } from '@codeforge/contracts/run-request'
import { createSignal, For, Show, untrack } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { focusSoon } from '../components/focus-soon.ts'
import { ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { deliveries } from '../format/deliveries.ts'
import { keptGates } from '../format/gates.ts'
import { useLoad } from '../store/use-load.ts'

interface SettingsProps {
  readonly project: Project
  readonly onSaved: () => void
  readonly onClose: () => void
}

/** Changes how runs of a project work; what is left empty is as the configuration says. */
export function ProjectSettings(props: SettingsProps): JSX.Element {
  // What is edited stays as it was when the form opened: a change from elsewhere must not be undone unseen.
  const [edited, setEdited] = createSignal(untrack(() => props.project))
  return (
    <>
      <Show when={props.project.version > edited().version}>
        <div class="notice notice-warning row row-between" role="status">
          <p>The settings were changed elsewhere meanwhile.</p>
          <button type="button" class="button button-small" onClick={() => setEdited(props.project)}>Show what they are now</button>
        </div>
      </Show>
      <Show when={edited()} keyed>{(project) => <SettingsForm project={project} onSaved={props.onSaved} onClose={props.onClose} />}</Show>
    </>
  )
}

function SettingsForm(props: SettingsProps): JSX.Element {
  const action = useAction()
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    action.start(async () => {
      await api.updateProject(props.project.id, changesOf(form, props.project))
      props.onSaved()
    })
  }
  const lines = (commands: readonly string[]): string => commands.join('\n')
  return (
    <form class="card stack" onSubmit={submit} aria-label="Settings of the project">
      <div class="columns">
        <Field label="Name">{(ids) => <input {...ids} name="name" required maxlength={200} value={props.project.name} ref={focusSoon} />}</Field>
        <PolicyField policy={props.project.policy} />
        <Field label="Deliver as">{(ids) => <Choice ids={ids} name="deliver" empty="As configured" options={deliveries} selected={props.project.deliver ?? ''} />}</Field>
        <Field label="Work in">{(ids) => <Choice ids={ids} name="workspaceMode" options={WorkspaceMode.options} selected={props.project.workspaceMode} />}</Field>
      </div>
      <Field label="Gates" hint="One command a line; each must pass before anything is delivered.">
        {(ids) => <textarea {...ids} name="gates" class="mono" rows={3} placeholder="npm test">{lines(props.project.gates.map(({ command }) => command))}</textarea>}
      </Field>
      <Field label="Setup" hint="One command a line; they make a fresh workspace ready, in the sandbox, before the agent begins.">
        {(ids) => <textarea {...ids} name="setup" class="mono" rows={2} placeholder="npm ci">{lines(props.project.setup.commands)}</textarea>}
      </Field>
      <label class="check"><input type="checkbox" name="network" checked={props.project.setup.network === 'all'} /> Setup may use the network.</label>
      <div class="columns">
        <Field label="Dollars a day at most" hint="Empty: as configured.">
          {(ids) => <input {...ids} name="limit" type="number" min="0" step="0.01" inputmode="decimal" value={props.project.maxCostPerDayMicroUsd === null ? '' : props.project.maxCostPerDayMicroUsd / 1_000_000} />}
        </Field>
        <Field label="Runs at once" hint="Empty: as configured.">
          {(ids) => <input {...ids} name="concurrent" type="number" min="1" max="1000" value={props.project.maxConcurrentRuns ?? ''} />}
        </Field>
      </div>
      <ErrorNotice error={action.error()} />
      <div class="row row-end">
        <button type="button" class="button" onClick={() => { props.onClose() }}>Back</button>
        <button type="submit" class="button button-primary" disabled={action.busy()}>{action.busy() ? 'Saving…' : 'Save'}</button>
      </div>
    </form>
  )
}

function PolicyField(props: { readonly policy: string | null }): JSX.Element {
  const policies = useLoad(() => 'all', async () => api.policies())
  // The profile in use stays among the choices, also while the list loads or where it was deleted.
  const names = (): readonly string[] => [...new Set([...(props.policy === null ? [] : [props.policy]), ...(policies.value()?.items ?? []).map(({ name }) => name)])]
  return <Field label="Policy">{(ids) => <Choice ids={ids} name="policy" empty="As configured" options={names()} selected={props.policy ?? ''} />}</Field>
}

function Choice(props: { readonly ids: { id: string }; readonly name: string; readonly empty?: string; readonly options: readonly string[]; readonly selected: string }): JSX.Element {
  return (
    <select {...props.ids} name={props.name}>
      {props.empty !== undefined && <option value="">{props.empty}</option>}
      <For each={props.options}>{(option) => <option value={option} selected={option === props.selected}>{option.replace('_', ' ')}</option>}</For>
    </select>
  )
}

function changesOf(form: FormData, project: Project): Parameters<typeof api.updateProject>[1] {
  const text = (name: string): string => String(form.get(name) ?? '').trim()
  const commands = text('setup').split('\n').map((line) => line.trim()).filter((line) => line !== '')
  return {
    version: project.version,
    name: text('name'),
    policy: text('policy') || null,
    deliver: text('deliver') === '' ? null : DeliverMode.parse(text('deliver')),
    workspaceMode: WorkspaceMode.parse(text('workspaceMode')),
    gates: keptGates(text('gates'), project.gates),
    setup: { ...project.setup, commands, network: form.get('network') === null ? 'none' : 'all' },
    maxCostPerDayMicroUsd: text('limit') === '' ? null : microUsd(Number(text('limit'))),
    maxConcurrentRuns: text('concurrent') === '' ? null : Number(text('concurrent')),
  }
}
