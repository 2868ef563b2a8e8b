import { A } from '@solidjs/router'
import { createMemo, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { ById } from '../components/by-id.tsx'
import { Empty, ModelHelp } from '../components/notice.tsx'
import { QuestionCard } from '../components/question-card.tsx'
import { RunSection } from '../components/run-section.tsx'
import { useTitle } from '../components/use-title.ts'
import { openQuestions } from '../store/inbox.ts'
import { useProjectNames } from '../store/project-names.ts'
import { useLoad } from '../store/use-load.ts'
import { useRuns } from '../store/use-runs.ts'

/** What goes on now, and what waits for a person. */
export function HomePage(): JSX.Element {
  useTitle(() => '')
  const runs = useRuns(createMemo(() => ({})), 12)
  const names = useProjectNames()
  // With one project there is nothing to choose.
  const newRun = createMemo(() => (names().size === 1 ? `/projects/${[...names().keys()].join('')}?new=run` : '/projects'))
  const health = useLoad(() => 'health', async () => api.health())
  return (
    <div class="page stack-large">
      <header class="page-head">
        <h1>What goes on</h1>
        <A class="button button-primary" href={newRun()}>New run</A>
      </header>
      <Show when={health.value()?.model.configured === false}><NoModel /></Show>
      <Show when={(openQuestions()?.length ?? 0) > 0}>
        <section class="stack" aria-labelledby="waiting">
          <h2 id="waiting">Waiting for you</h2>
          <ById each={openQuestions()}>{(question) => <QuestionCard question={question()} />}</ById>
        </section>
      </Show>
      <section class="stack" aria-labelledby="recent">
        <div class="row row-between"><h2 id="recent">Recent runs</h2><A href="/runs">All runs</A></div>
        <RunSection store={runs} label="Recent runs" projectNames={names()} empty={<NoRuns />} />
      </section>
    </div>
  )
}

function NoModel(): JSX.Element {
  return (
    <details class="notice notice-warning">
      <summary>No model is configured: only the demonstration runs, with a recorded conversation.</summary>
      <ModelHelp />
    </details>
  )
}

function NoRuns(): JSX.Element {
  return (
    <Empty title="No run yet.">
      <p class="muted">Add a repository as a <A href="/projects">project</A>, then say what should be done in it. Or from a terminal, in CodeForge's own folder:</p>
      <pre class="code">npx codeforge run "fix the failing test" --repo ../my-repo --gate "npm test"</pre>
    </Empty>
  )
}
