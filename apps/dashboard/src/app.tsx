import { Route, Router } from '@solidjs/router'
import type { RouteSectionProps } from '@solidjs/router'
import { createEffect, ErrorBoundary, lazy, on, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { toApiError } from './api/api-error.ts'
import { ErrorNotice } from './components/notice.tsx'
import { Outage } from './components/outage.tsx'
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
import { isSignedIn, watchSession } from './store/session.ts'

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
  watchSession()
  startInbox()
  createEffect(on(() => props.location.pathname, () => { queueMicrotask(focusNewPage) }, { defer: true }))
  return (
    <>
      <Show when={!isSignedIn()}><SignedOutPage /></Show>
      {/* Hidden and not taken away: what somebody was typing is there again after signing in. */}
      <div class="shell" hidden={!isSignedIn()}>
        <a class="skip-link" href="#content">Skip to the content</a>
        <Sidebar />
        <main id="content" class="content" tabIndex={-1}>
          <Outage />
          <ErrorBoundary fallback={(error: unknown) => <ErrorNotice error={toApiError(error)} onRetry={() => location.reload()} />}>{props.children}</ErrorBoundary>
        </main>
      </div>
    </>
  )
}

/** A reader of the screen learns of a new page by the focus moving to it; where the control in use is still there, as a tab is, it keeps the focus. */
function focusNewPage(): void {
  const content = document.getElementById('content')
  if (!content?.contains(document.activeElement)) content?.focus({ preventScroll: true })
}
