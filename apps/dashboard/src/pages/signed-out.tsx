import { onCleanup } from 'solid-js'
import type { JSX } from 'solid-js'
import { focusSoon } from '../components/focus-soon.ts'
import { lookAtSession } from '../store/session.ts'

/** Shown where this browser has no valid cookie; goes by itself when it has one again. */
export function SignedOutPage(): JSX.Element {
  const before = document.title
  document.title = 'Sign in · CodeForge'
  onCleanup(() => { document.title = before })
  return (
    <main class="signed-out">
      <div class="card stack">
        <p class="brand"><img src="/favicon.svg" alt="" width="26" height="26" />CodeForge</p>
        <h1 tabIndex={-1} ref={focusSoon}>This browser is not signed in</h1>
        <p class="muted">CodeForge signs a browser in with a link that works once, for ten minutes. Make a new one on the machine where CodeForge runs, in its own folder:</p>
        <pre class="code">npx codeforge open</pre>
        <p class="muted">It opens this page, or prints the link to open yourself. Where CodeForge is installed, it is <code>codeforge open</code>.</p>
        <p class="muted">This tab goes on where it was as soon as another one is signed in; nothing that you typed here is lost.</p>
        <div><button type="button" class="button button-primary" onClick={lookAtSession}>Try again</button></div>
      </div>
    </main>
  )
}
