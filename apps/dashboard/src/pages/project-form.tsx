import { DeliverMode, WorkspaceMode } from '@codeforge/contracts/run-request'
import { useNavigate } from '@solidjs/router'
import { createSignal, For } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Field } from '../components/field.tsx'
import { focusSoon } from '../components/focus-soon.ts'
import { ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { deliveries } from '../format/deliveries.ts'
import { gatesOf } from '../format/gates.ts'

/** Takes a repository under care. */
export function ProjectForm(props: { readonly onDone: () => void }): JSX.Element {
  const navigate = useNavigate()
  const action = useAction()
  const [source, setSource] = createSignal<'path' | 'url'>('path')
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    action.start(async () => {
      const project = await api.createProject(projectOf(form, source()))
      props.onDone()
      navigate(`/projects/${project.id}`)
    })
  }
  return (
    <form class="card stack" onSubmit={submit} aria-label="Add project">
      <div class="columns">
        <Field label="Name">{(ids) => <input {...ids} name="name" required maxlength={200} ref={focusSoon} />}</Field>
        <Field label="Repository">
          {(ids) => (
            <select {...ids} onChange={(event) => setSource(event.currentTarget.value === 'url' ? 'url' : 'path')}>
              <option value="path">A folder on this machine</option>
              <option value="url">An address to clone</option>
            </select>
          )}
        </Field>
      </div>
      <Field label={source() === 'path' ? 'Path' : 'Address'} hint={source() === 'path' ? 'Absolute path of a git repository on the machine where CodeForge runs.' : 'Such as https://github.com/owner/name.git'}>
        {(ids) => <input {...ids} name="location" class="mono" required placeholder={source() === 'path' ? '/home/me/my-repo' : 'https://…'} />}
      </Field>
      <div class="columns">
        <Choice label="Work in" name="workspaceMode" options={WorkspaceMode.options} selected={source() === 'path' ? 'worktree' : 'clone'} />
        <Choice label="Deliver as" name="deliver" options={deliveries} selected="branch" />
      </div>
      <Field label="Gates" hint="One command a line; each must pass before anything is delivered.">
        {(ids) => <textarea {...ids} name="gates" class="mono" rows={2} placeholder="npm test" />}
      </Field>
      <ErrorNotice error={action.error()} />
      <div class="row row-end">
        <button type="button" class="button" onClick={() => { props.onDone() }}>Back</button>
        <button type="submit" class="button button-primary" disabled={action.busy()}>Add project</button>
      </div>
    </form>
  )
}

function Choice(props: { readonly label: string; readonly name: string; readonly options: readonly string[]; readonly selected: string }): JSX.Element {
  return (
    <Field label={props.label}>
      {(ids) => (
        <select {...ids} name={props.name}>
          <For each={props.options}>{(option) => <option value={option} selected={option === props.selected}>{option.replace('_', ' ')}</option>}</For>
        </select>
      )}
    </Field>
  )
}

function projectOf(form: FormData, source: 'path' | 'url'): Parameters<typeof api.createProject>[0] {
  const text = (name: string): string => String(form.get(name) ?? '').trim()
  return {
    name: text('name'),
    localPath: source === 'path' ? text('location') : null,
    repoUrl: source === 'url' ? text('location') : null,
    workspaceMode: WorkspaceMode.parse(text('workspaceMode')),
    deliver: DeliverMode.parse(text('deliver')),
    gates: gatesOf(text('gates')),
  }
}
