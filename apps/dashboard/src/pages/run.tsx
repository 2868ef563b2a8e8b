import { A, useParams, useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, Match, on, Show, Switch } from 'solid-js'
import type { JSX } from 'solid-js'
import { ById } from '../components/by-id.tsx'
import { ErrorNotice, Loading } from '../components/notice.tsx'
import { QuestionCard } from '../components/question-card.tsx'
import { Tabs } from '../components/tabs.tsx'
import { useTitle } from '../components/use-title.ts'
import { stateOf, titleOf } from '../format/words.ts'
import { ArtifactList } from '../run/artifacts.tsx'
import { Changes } from '../run/changes.tsx'
import { Conversation } from '../run/conversation.tsx'
import { FollowButton } from '../run/follow-button.tsx'
import { GateList } from '../run/gates.tsx'
import { RunHeader } from '../run/run-header.tsx'
import { Terminal } from '../run/terminal.tsx'
import { Timeline } from '../run/timeline.tsx'
import { openQuestions, refreshInbox } from '../store/inbox.ts'
import { pendingRequest } from '../store/pending-request.ts'
import { useRun } from '../store/use-run.ts'
import type { RunStore } from '../store/use-run.ts'

/** One run, live. */
export function RunPage(): JSX.Element {
  const params = useParams<{ id: string }>()
  const store = useRun(() => params.id)
  const run = createMemo(() => store.page().run)
  useTitle(() => {
    const loaded = run()
    return loaded === null ? 'Run' : `${stateOf(loaded).text}: ${titleOf(loaded.prompt)}`
  })
  return (
    <div class="page page-wide stack-large">
      <Show when={store.error()}><p class="crumbs"><A href="/runs">Runs</A></p></Show>
      <ErrorNotice error={store.error()} />
      <Show when={run()} fallback={<Show when={store.error() === null}><Loading /></Show>}>
        {(loaded) => <RunHeader run={loaded()} pending={loaded().status === 'ended' ? null : pendingRequest(store.page().timeline.items)} />}
      </Show>
      <OpenQuestions runId={params.id} store={store} />
      <Show when={run() !== null}><RunTabs runId={params.id} store={store} /></Show>
    </div>
  )
}

function OpenQuestions(props: { readonly runId: string; readonly store: RunStore }): JSX.Element {
  const asked = createMemo(() => props.store.page().timeline.items.filter((item) => item.kind === 'question' && item.status === 'open').length)
  createEffect(on(asked, refreshInbox))
  const open = createMemo(() => (openQuestions() ?? []).filter(({ runId }) => runId === props.runId))
  return (
    <div aria-live="polite">
      <Show when={open().length > 0}>
        <section class="stack" aria-labelledby="asked"><h2 id="asked" class="sr-only">Open questions</h2><ById each={open()}>{(question) => <QuestionCard question={question()} hideRun />}</ById></section>
      </Show>
    </div>
  )
}

function RunTabs(props: { readonly runId: string; readonly store: RunStore }): JSX.Element {
  const [search, setSearch] = useSearchParams<{ tab: string }>()
  const selected = (): string => search.tab ?? 'conversation'
  const page = (): ReturnType<RunStore['page']> => props.store.page()
  const delivered = createMemo(() => (page().run?.delivery?.stat ?? page().run?.kept)?.files)
  // Gates and deliveries leave artifacts; while neither happens, the list stays as it is.
  const produced = createMemo(() => page().timeline.items.filter((item) => (item.kind === 'gate' && item.receipt !== null) || item.kind === 'delivery' || item.kind === 'status').length)
  const tabs = createMemo(() => [
    { id: 'conversation', label: 'Conversation', count: page().run?.turns },
    { id: 'terminal', label: 'Terminal', count: page().terminal.entries.length },
    { id: 'changes', label: 'Changes', count: delivered() },
    { id: 'gates', label: 'Gates', count: page().timeline.items.filter(({ kind }) => kind === 'gate').length },
    { id: 'timeline', label: 'Timeline' },
    { id: 'artifacts', label: 'Artifacts' },
  ])
  return (
    <Tabs label="What to see of the run" tabs={tabs()} selected={selected()} onSelect={(tab) => { setSearch({ tab }, { replace: true }) }}>
      <h2 class="sr-only">{tabs().find(({ id }) => id === selected())?.label}</h2>
      <Switch>
        <Match when={selected() === 'conversation'}><Conversation runId={props.runId} page={page()} filling={!props.store.caughtUp()} /></Match>
        <Match when={selected() === 'terminal'}><Terminal runId={props.runId} entries={page().terminal.entries} filling={!props.store.caughtUp()} /></Match>
        <Match when={selected() === 'changes'}><Changes runId={props.runId} run={page().run} /></Match>
        <Match when={selected() === 'gates'}><GateList runId={props.runId} items={page().timeline.items} /></Match>
        <Match when={selected() === 'timeline'}><Timeline items={page().timeline.items} filling={!props.store.caughtUp()} /></Match>
        <Match when={selected() === 'artifacts'}><ArtifactList runId={props.runId} revision={produced()} /></Match>
      </Switch>
      <Show when={page().run?.status !== 'ended' && (selected() === 'conversation' || selected() === 'terminal')}><FollowButton growth={page()} /></Show>
    </Tabs>
  )
}
