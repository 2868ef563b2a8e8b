import { adviceOf } from '@codeforge/contracts/error-code'
import type { Run } from '@codeforge/contracts/run'
import { A } from '@solidjs/router'
import { createMemo, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { StateChip } from '../components/chip.tsx'
import { Icon } from '../components/icon.tsx'
import { Prose } from '../components/prose.tsx'
import { When } from '../components/when.tsx'
import { plural } from '../format/quantity.ts'
import { meaningOf, modelName, titleOf } from '../format/words.ts'
import { useProjectNames } from '../store/project-names.ts'
import type { PendingRequest } from '../store/pending-request.ts'
import { Meters } from './meters.tsx'
import { RunActions } from './run-actions.tsx'

/** What was asked for, how it stands, and what it cost. */
export function RunHeader(props: { readonly run: Run; readonly pending: PendingRequest }): JSX.Element {
  const names = useProjectNames()
  return (
    <header class="run-head stack">
      <p class="crumbs">
        <A href="/runs">Runs</A> / <A href={`/projects/${props.run.projectId}`}>{names().get(props.run.projectId) ?? 'Project'}</A>
        <Show when={props.run.retryOf}>{(id) => <> / <A href={`/runs/${id()}`}>again after an earlier run</A></>}</Show>
      </p>
      <div class="run-head-top">
        <div class="stack-small">
          <h1>{titleOf(props.run.prompt)}</h1>
          <div class="row" role="status" aria-live="polite"><StateChip run={props.run} /><Attempt run={props.run} /><Show when={props.pending}>{(pending) => <span class="muted small">{pending() === 'pause' ? 'pausing…' : 'cancelling…'}</span>}</Show><Show when={props.run.scripted}><span class="tag scripted">{modelName(props.run)}</span></Show></div>
        </div>
        <RunActions run={props.run} pending={props.pending} />
      </div>
      <Prompt prompt={props.run.prompt} />
      <Outcome run={props.run} />
      <Meters run={props.run} />
      <RunFacts run={props.run} />
    </header>
  )
}

function Attempt(props: { readonly run: Run }): JSX.Element {
  return <Show when={props.run.attempt > 1}><span class="muted small">attempt {props.run.attempt}</span></Show>
}

function Prompt(props: { readonly prompt: string }): JSX.Element {
  return (
    <Show when={props.prompt.trim() !== titleOf(props.prompt)}>
      <details><summary class="small">The whole prompt</summary><pre class="code">{props.prompt}</pre></details>
    </Show>
  )
}

function Outcome(props: { readonly run: Run }): JSX.Element {
  const meaning = createMemo(() => props.run.outcome === null ? '' : meaningOf(props.run.outcome))
  return (
    <Show when={props.run.status === 'ended'}>
      <div class="notice" classList={{ 'notice-good': props.run.outcome === 'succeeded', 'notice-bad': props.run.outcome !== 'succeeded' && props.run.outcome !== 'cancelled' }}>
        <p class="notice-title">{meaning()}</p>
        <Show when={props.run.failure?.message !== 'cancelled by a person' && props.run.failure}>{(failure) => <p>{failure().message} <code class="faint">{failure().code}</code></p>}</Show>
        <Show when={props.run.outcome !== 'gate-failed' && props.run.failure && adviceOf(props.run.failure.code)}>{(advice) => <Prose text={advice()} />}</Show>
        <Show when={props.run.outcome === 'gate-failed'}><p class="small">What it printed, and how many tests passed before and after, is under <A href="?tab=gates">Gates</A>.</p></Show>
        <Show when={props.run.kept}>{(kept) => <p class="small">What it had changed ({plural(kept().files, 'file')}) is kept under <A href="?tab=changes">Changes</A>.</p>}</Show>
        <Show when={props.run.summary}>{(summary) => <Prose text={summary()} />}</Show>
      </div>
    </Show>
  )
}

function RunFacts(props: { readonly run: Run }): JSX.Element {
  // The name is known from the beginning; that there is such a branch is true only once it was delivered.
  const branch = (): string | null => props.run.delivery?.branch ?? (props.run.status !== 'ended' && props.run.deliver === 'branch' ? props.run.branch : null)
  return (
    <details class="facts-fold" open={matchMedia('(width > 760px)').matches}>
      <summary class="small">Model, branch and policy</summary>
      <dl class="facts">
        <div><dt>Model</dt><dd>{props.run.scripted ? 'scripted' : props.run.model}</dd></div>
        <div><dt>Mode</dt><dd>{props.run.mode}</dd></div>
        <div><dt>Policy</dt><dd><A href={`/policies/${props.run.policy}`}>{props.run.policy}</A></dd></div>
        <div><dt>Sandbox</dt><dd>{props.run.sandbox ?? 'not opened yet'}</dd></div>
        <div><dt>Delivers</dt><dd>{props.run.deliver}</dd></div>
        <Show when={branch()}>{(name) => <div><dt>Branch</dt><dd class="mono icon-link"><Icon name="branch" />{name()}</dd></div>}</Show>
        <Show when={props.run.delivery?.commit}>{(commit) => <div><dt>Commit</dt><dd class="mono">{commit().slice(0, 12)}</dd></div>}</Show>
        <div><dt>Created</dt><dd><When at={props.run.createdAt} /> by {props.run.createdBy.replace(/^user:/, '')}</dd></div>
        <div><dt>Questions</dt><dd>{props.run.attended ? 'a person is asked' : 'nobody is asked'}</dd></div>
      </dl>
    </details>
  )
}
