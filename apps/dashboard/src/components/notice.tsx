import { Show } from 'solid-js'
import type { JSX } from 'solid-js'
import type { ApiError } from '../api/api-error.ts'
import { Prose } from './prose.tsx'

/** What went wrong and what to do about it. */
export function ErrorNotice(props: { readonly error: ApiError | null; readonly onRetry?: () => void }): JSX.Element {
  return (
    <Show when={props.error}>
      {(error) => (
        <div class="notice notice-bad" role="alert">
          <p class="notice-title">{error().message}</p>
          <Show when={error().code === 'llm-not-configured'} fallback={<Prose text={helpFor(error())} />}><ModelHelp /></Show>
          <Show when={error().requestId}>{(id) => <p class="faint small">Request <code>{id()}</code></p>}</Show>
          <Show when={props.onRetry}>{(retry) => <button type="button" class="button" onClick={() => retry()()}>Try again</button>}</Show>
        </div>
      )}
    </Show>
  )
}

/** What a person can do. The catalogue speaks to clients of the API where it speaks of fields. */
function helpFor({ code, help }: ApiError): string {
  return code === 'invalid-input' ? 'Correct what is named, and try again.' : help
}

const modelExample = `CODEFORGE_LLM_BASE_URL=http://127.0.0.1:11434/v1 \\
CODEFORGE_LLM_API_KEY=... npm start`

/** How a model is configured. */
export function ModelHelp(): JSX.Element {
  return (
    <div class="stack-small">
      <p>Any OpenAI-compatible endpoint works: LiteLLM, Ollama, vLLM, OpenAI. Start CodeForge again, in its own folder, with:</p>
      <pre class="code">{modelExample}</pre>
      <p>or write <code>llm.baseUrl</code> and <code>llm.model</code> in <code>codeforge.yaml</code>.</p>
    </div>
  )
}

/** Says that there is nothing here, and what would put something here. */
export function Empty(props: { readonly title: string; readonly children?: JSX.Element }): JSX.Element {
  return <div class="empty"><p class="empty-title">{props.title}</p>{props.children}</div>
}

/** A quiet sign that something is on its way. */
export function Loading(props: { readonly label?: string }): JSX.Element {
  return <p class="loading" role="status">{props.label ?? 'Loading'}…</p>
}
