import { Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { ById } from '../components/by-id.tsx'
import { Empty, ErrorNotice, Loading } from '../components/notice.tsx'
import { QuestionCard } from '../components/question-card.tsx'
import { useTitle } from '../components/use-title.ts'
import { openQuestions } from '../store/inbox.ts'
import { useLoad } from '../store/use-load.ts'

/** The one inbox for people. */
export function QuestionsPage(): JSX.Element {
  useTitle(() => 'Questions')
  const settled = useLoad(openQuestions, async () => api.questions({}))
  return (
    <div class="page stack-large">
      <header class="page-head"><h1>Questions</h1></header>
      <ErrorNotice error={settled.error()} onRetry={settled.reload} />
      <section class="stack" aria-labelledby="open" aria-live="polite">
        <h2 id="open" class="sr-only">Open questions</h2>
        <Show when={openQuestions()} fallback={<Loading />}>
          {(open) => (
            <ById each={open()} fallback={<Empty title="Nobody waits for you."><p class="muted">When an agent needs a person to decide, its question appears here.</p></Empty>}>
              {(question) => <QuestionCard question={question()} />}
            </ById>
          )}
        </Show>
      </section>
      <Show when={(settled.value()?.items ?? []).some(({ status }) => status !== 'open')}>
        <section class="stack" aria-labelledby="settled">
          <h2 id="settled">Settled</h2>
          <ById each={settled.value()?.items.filter(({ status }) => status !== 'open')}>{(question) => <QuestionCard question={question()} />}</ById>
        </section>
      </Show>
    </div>
  )
}
