import type { Project } from '@codeforge/contracts/project'
import { A, useParams, useSearchParams } from '@solidjs/router'
import { createMemo, createSignal, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Icon } from '../components/icon.tsx'
import { Empty, ErrorNotice, Loading } from '../components/notice.tsx'
import { RunSection } from '../components/run-section.tsx'
import { useTitle } from '../components/use-title.ts'
import { money } from '../format/quantity.ts'
import { useLoad } from '../store/use-load.ts'
import { useProjectEvents } from '../store/use-project-events.ts'
import { useRuns } from '../store/use-runs.ts'
import { ProjectSettings } from './project-settings.tsx'
import { RunForm } from './run-form.tsx'
import { TaskList } from './task-list.tsx'

/** One repository: its tasks, its runs, and a form for a new run. */
export function ProjectPage(): JSX.Element {
  const params = useParams<{ id: string }>()
  const project = useLoad(() => params.id, async (id) => api.project(id))
  // Another tab, the command line or a program may change it.
  useProjectEvents(() => params.id, ['project.'], project.reload)
  useTitle(() => project.value()?.name ?? 'Project')
  return (
    <div class="page stack-large">
      <Show when={project.error()}><p class="crumbs"><A href="/projects">Projects</A></p></Show>
      <ErrorNotice error={project.error()} onRetry={project.reload} />
      <Show when={project.value()} fallback={<Show when={project.loading()}><Loading /></Show>}>
        {(loaded) => <ProjectBody project={loaded()} onChanged={project.reload} />}
      </Show>
    </div>
  )
}

function ProjectBody(props: { readonly project: Project; readonly onChanged: () => void }): JSX.Element {
  const runs = useRuns(createMemo(() => ({ projectId: props.project.id }), undefined, { equals: (a, b) => a.projectId === b.projectId }))
  const [changing, setChanging] = createSignal(false)
  const [search] = useSearchParams<{ new: string }>()
  const [prompt, setPrompt] = createSignal<{ text: string; taskId?: string } | null>(search.new === undefined ? null : { text: '' })
  return (
    <>
      <header class="page-head">
        <div>
          <p class="crumbs"><A href="/projects">Projects</A></p>
          <h1>{props.project.name} <Show when={props.project.demonstration}><span class="tag">demonstration</span></Show></h1>
          <p class="mono small muted wrap-anywhere">{props.project.localPath ?? props.project.repoUrl}</p>
        </div>
        <div class="row">
          <A class="button" href={`/projects/${props.project.id}/code`}>Code</A>
          <button type="button" class="button" aria-expanded={changing()} onClick={() => setChanging(!changing())}>Settings</button>
          <button type="button" class="button button-primary" aria-expanded={prompt() !== null} onClick={() => setPrompt(prompt() === null ? { text: '' } : null)}>
            <Icon name="plus" />New run
          </button>
        </div>
      </header>
      <Show when={prompt()} keyed>
        {(start) => <RunForm project={props.project} prompt={start.text} {...(start.taskId !== undefined && { taskId: start.taskId })} onClose={() => setPrompt(null)} />}
      </Show>
      <Show when={changing()} fallback={<Settings project={props.project} />}>
        <ProjectSettings project={props.project} onClose={() => setChanging(false)} onSaved={() => { setChanging(false); props.onChanged() }} />
      </Show>
      <section class="stack" aria-labelledby="tasks">
        <h2 id="tasks">Tasks</h2>
        <TaskList projectId={props.project.id} onRun={(task) => setPrompt({ text: task.body === '' ? task.title : `${task.title}\n\n${task.body}`, taskId: task.id })} />
      </section>
      <section class="stack" aria-labelledby="runs">
        <h2 id="runs">Runs</h2>
        <RunSection store={runs} label="Runs of this project" empty={<Empty title="No run in this project yet." />} />
      </section>
    </>
  )
}

function Settings(props: { readonly project: Project }): JSX.Element {
  const gates = (): string => props.project.gates.map(({ command }) => command).join(', ')
  const limit = (): string => props.project.maxCostPerDayMicroUsd === null ? 'as configured' : money(props.project.maxCostPerDayMicroUsd)
  return (
    <dl class="facts">
      <div><dt>Works in</dt><dd>{props.project.workspaceMode.replace('_', ' ')}</dd></div>
      <div><dt>Delivers</dt><dd>{props.project.deliver ?? 'as configured'}</dd></div>
      <div><dt>Policy</dt><dd>{props.project.policy ?? 'as configured'}</dd></div>
      <div><dt>Gates</dt><dd class="mono">{gates() === '' ? 'none' : gates()}</dd></div>
      <div><dt>Spends a day at most</dt><dd>{limit()}</dd></div>
    </dl>
  )
}
