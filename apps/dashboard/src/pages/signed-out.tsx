import type { JSX } from 'solid-js'
import { useTitle } from '../components/use-title.ts'

/** Shown where this browser has no valid cookie. */
export function SignedOutPage(): JSX.Element {
  useTitle(() => 'Sign in')
  return (
    <main class="signed-out">
      <div class="card stack">
        <p class="brand"><img src="/favicon.svg" alt="" width="26" height="26" />CodeForge</p>
        <h1>This browser is not signed in</h1>
        <p class="muted">CodeForge signs a browser in with a link that works once, for ten minutes. Make a new one on the machine where CodeForge runs, in its own folder:</p>
        <pre class="code">npx codeforge open</pre>
        <p class="muted">It opens this page, or prints the link to open yourself. Where CodeForge is installed, it is <code>codeforge open</code>.</p>
        <div><button type="button" class="button button-primary" onClick={() => { location.reload() }}>Try again</button></div>
      </div>
    </main>
  )
}
