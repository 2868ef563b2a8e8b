import { A, useNavigate, useParams } from '@solidjs/router'
import { createSignal, Match, Show, Switch } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { CodeGraphView } from '../code/code-graph.tsx'
import { CodeMapView } from '../code/code-map.tsx'
import { CodeSearchView } from '../code/code-search.tsx'
import { IndexLine } from '../code/index-line.tsx'
import { SymbolView } from '../code/symbol-view.tsx'
import { TaskView } from '../code/task-view.tsx'
import { ErrorNotice, Loading } from '../components/notice.tsx'
import { Tabs } from '../components/tabs.tsx'
import { useTitle } from '../components/use-title.ts'
import { useLoad } from '../store/use-load.ts'

const views = [{ id: 'search', label: 'Search' }, { id: 'symbols', label: 'Symbols' }, { id: 'task', label: 'Task' }, { id: 'map', label: 'Map' }, { id: 'graph', label: 'Graph' }] as const

/** The code of a project's repository: searched, mapped and drawn. */
export function CodePage(): JSX.Element {
  const params = useParams<{ id: string; view?: string }>()
  const navigate = useNavigate()
  const project = useLoad(() => params.id, async (id) => api.project(id))
  const view = (): string => views.find(({ id }) => id === params.view)?.id ?? 'search'
  const [answers, setAnswers] = createSignal(0)
  const answered = (): void => { setAnswers((count) => count + 1) }
  useTitle(() => `Code of ${project.value()?.name ?? 'a project'}`)
  return (
    <div class="page stack-large">
      <ErrorNotice error={project.error()} onRetry={project.reload} />
      <Show when={project.value()} fallback={<Show when={project.loading()}><Loading /></Show>}>
        {(loaded) => (
          <>
            <header class="page-head">
              <div><p class="crumbs"><A href="/projects">Projects</A> / <A href={`/projects/${params.id}`}>{loaded().name}</A></p><h1>Code</h1></div>
            </header>
            <IndexLine projectId={params.id} answers={answers()} />
            <Tabs label="Ways to look at the code" tabs={views} selected={view()} onSelect={(id) => { navigate(`/projects/${params.id}/code/${id}`) }}>
              <Switch>
                <Match when={view() === 'search'}><CodeSearchView projectId={params.id} onAnswered={answered} /></Match>
                <Match when={view() === 'symbols'}><SymbolView projectId={params.id} onAnswered={answered} /></Match>
                <Match when={view() === 'task'}><TaskView projectId={params.id} onAnswered={answered} /></Match>
                <Match when={view() === 'map'}><CodeMapView projectId={params.id} onAnswered={answered} /></Match>
                <Match when={view() === 'graph'}><CodeGraphView projectId={params.id} onAnswered={answered} /></Match>
              </Switch>
            </Tabs>
          </>
        )}
      </Show>
    </div>
  )
}
