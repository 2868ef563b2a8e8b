import { Route, Router } from '@solidjs/router'
import type { RouteSectionProps } from '@solidjs/router'
import { createEffect, createSignal, ErrorBoundary, lazy, on, onCleanup, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { toApiError } from './api/api-error.ts'
import { onSignedOut } from './api/request.ts'
import { ErrorNotice } from './components/notice.tsx'
import { HomePage } from './pages/home.tsx'
import { NotFoundPage } from './pages/not-found.tsx'
import { PoliciesPage } from './pages/policies.tsx'
import { CopyPolicyPage, EditPolicyPage } from './pages/policy-edit.tsx'
import { ProjectPage } from './pages/project.tsx'
import { ProjectsPage } from './pages/projects.tsx'
import { QuestionsPage } from './pages/questions.tsx'
import { RunPage } from './pages/run.tsx'
import { RunsPage } from './pages/runs.tsx'
import { SignedOutPage } from './pages/signed-out.tsx'
import { SystemPage } from './pages/system.tsx'
import { Sidebar } from './sidebar.tsx'
import { startInbox } from './store/inbox.ts'
import { loadPart } from './store/load-part.ts'

// What draws graphs is larger than the rest together; it is loaded where it is looked at.
const CodePage = lazy(async () => ({ default: (await loadPart(async () => import('./pages/code.tsx'))).CodePage }))

// What is no id is an address where nothing is, not a request that the server has to refuse.
const byId = { id: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i }

/** The dashboard: one page of the browser, several of its own. */
export function App(): JSX.Element {
  return (
    <Router root={Shell}>
      <Route path="/" component={HomePage} />
      <Route path="/projects" component={ProjectsPage} />
      <Route path="/projects/:id" component={ProjectPage} matchFilters={byId} />
      <Route path="/projects/:id/code/:view?" component={CodePage} matchFilters={byId} />
      <Route path="/runs" component={RunsPage} />
      <Route path="/runs/:id" component={RunPage} matchFilters={byId} />
      <Route path="/questions" component={QuestionsPage} />
      <Route path="/policies/:name?" component={PoliciesPage} />
      <Route path="/policies/:name/edit" component={EditPolicyPage} />
      <Route path="/policies/:name/copy" component={CopyPolicyPage} />
      <Route path="/system" component={SystemPage} />
      <Route path="*rest" component={NotFoundPage} />
    </Router>
  )
}

function Shell(props: RouteSectionProps): JSX.Element {
  const [signedOut, setSignedOut] = createSignal(false)
  onCleanup(onSignedOut(() => setSignedOut(true)))
  startInbox()
  // A reader of the screen learns of a new page by the focus moving to it.
  createEffect(on(() => props.location.pathname, () => { document.getElementById('content')?.focus({ preventScroll: true }) }, { defer: true }))
  return (
    <Show when={!signedOut()} fallback={<SignedOutPage />}>
      <div class="shell">
        <a class="skip-link" href="#content">Skip to the content</a>
        <Sidebar />
        <main id="content" class="content" tabIndex={-1}>
          <ErrorBoundary fallback={(error: unknown) => <ErrorNotice error={toApiError(error)} onRetry={() => location.reload()} />}>{props.children}</ErrorBoundary>
        </main>
      </div>
    </Show>
  )
}
