import type { Project } from '@codeforge/contracts/project'
import { A } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Icon } from '../components/icon.tsx'
import { Empty, ErrorNotice, Loading } from '../components/notice.tsx'
import { useTitle } from '../components/use-title.ts'
import { When } from '../components/when.tsx'
import { useLoad } from '../store/use-load.ts'
import { ProjectForm } from './project-form.tsx'

/** The repositories under care. */
export function ProjectsPage(): JSX.Element {
  useTitle(() => 'Projects')
  const projects = useLoad(() => 'all', async () => api.projects())
  const [adding, setAdding] = createSignal(false)
  return (
    <div class="page stack-large">
      <header class="page-head">
        <h1>Projects</h1>
        <button type="button" class="button button-primary" aria-expanded={adding()} onClick={() => setAdding(!adding())}><Icon name="plus" />Add project</button>
      </header>
      <Show when={adding()}><ProjectForm onDone={() => setAdding(false)} /></Show>
      <ErrorNotice error={projects.error()} onRetry={projects.reload} />
      <Show when={projects.value()} fallback={<Show when={projects.loading()}><Loading /></Show>}>
        {(page) => (
          <ul class="card-grid" aria-label="Projects">
            <For each={page().items} fallback={<li><NoProjects /></li>}>{(project) => <li><ProjectCard project={project} /></li>}</For>
          </ul>
        )}
      </Show>
    </div>
  )
}

function ProjectCard(props: { readonly project: Project }): JSX.Element {
  return (
    <article class="card card-link stack-small">
      <div class="row row-between">
        <h2 class="card-title"><A class="cover-link" href={`/projects/${props.project.id}`}>{props.project.name}</A></h2>
        <Show when={props.project.demonstration}><span class="tag">demonstration</span></Show>
      </div>
      <p class="mono small muted wrap-anywhere">{props.project.localPath ?? props.project.repoUrl}</p>
      <p class="faint small">{props.project.workspaceMode.replace('_', ' ')} · delivers {props.project.deliver ?? 'as configured'} · changed <When at={props.project.updatedAt} /></p>
    </article>
  )
}

function NoProjects(): JSX.Element {
  return <Empty title="No project yet."><p class="muted">A project is a repository that CodeForge may work on: a folder on this machine, or an address to clone.</p></Empty>
}
