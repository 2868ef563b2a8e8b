import type { CheckResult, DetailedHealth } from '@codeforge/contracts/api'
import { createEffect, For, on, onCleanup, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Chip } from '../components/chip.tsx'
import { Empty, ErrorNotice, Loading } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { useTitle } from '../components/use-title.ts'
import { When } from '../components/when.tsx'
import { bytes } from '../format/quantity.ts'
import { duration } from '../format/time.ts'
import { sentence } from '../format/words.ts'
import { connection } from '../store/live.ts'
import { useLoad } from '../store/use-load.ts'
import { whenSeen } from '../store/when-seen.ts'

const refreshMs = 5000

/** Whether everything works, and what to do where it does not. */
export function SystemPage(): JSX.Element {
  useTitle(() => 'System')
  const health = useLoad(() => 'health', async () => api.health())
  createEffect(() => { if (!health.loading() && health.error() === null) onCleanup(whenSeen(health.reload, refreshMs)) })
  createEffect(on(connection, (state) => { if (state === 'open') health.reload() }, { defer: true }))
  return (
    <div class="page stack-large">
      <header class="page-head">
        <h1>System</h1>
        <Show when={health.value()}>{(value) => <Chip tone={value().status === 'ok' ? 'good' : 'warning'}>{sentence(value().status)}</Chip>}</Show>
      </header>
      <ErrorNotice error={health.error()} />
      <Show when={health.value()} fallback={<Show when={health.loading()}><Loading /></Show>}>{(value) => <HealthView health={value()} />}</Show>
      <DeadLetters />
    </div>
  )
}

function HealthView(props: { readonly health: DetailedHealth }): JSX.Element {
  return (
    <>
      <section class="stack" aria-labelledby="checks">
        <h2 id="checks">Checks</h2>
        <ul class="card lines">
          <For each={props.health.checks}>{(check) => <CheckRow check={check} />}</For>
        </ul>
      </section>
      <section class="stack" aria-labelledby="workers">
        <h2 id="workers">Workers</h2>
        <ul class="card lines">
          <For each={props.health.workers} fallback={<li class="muted">No worker is connected; runs wait.</li>}>
            {(worker) => (
              <li class="row row-between">
                <span class="mono small">{worker.id.slice(-12)}</span>
                <span>{worker.busy} of {worker.slots} busy</span>
                <span class="muted">{worker.sandbox}</span>
                <span class="faint small">{worker.pools.join(', ')} · seen <When at={worker.seenAt} /></span>
              </li>
            )}
          </For>
        </ul>
      </section>
      <Numbers health={props.health} />
    </>
  )
}

function CheckRow(props: { readonly check: CheckResult }): JSX.Element {
  return (
    <li class="check-row">
      <Chip tone={props.check.ok ? 'good' : 'warning'}>{sentence(props.check.name)}</Chip>
      <span class="wrap-anywhere">{props.check.detail}</span>
      <Show when={props.check.help}>{(help) => <span class="muted small check-help">{help()}</span>}</Show>
    </li>
  )
}

function Numbers(props: { readonly health: DetailedHealth }): JSX.Element {
  const age = (): string => props.health.queue.oldestAgeMs === null ? '' : `, oldest ${duration(props.health.queue.oldestAgeMs)}`
  return (
    <dl class="facts">
      <div><dt>Version</dt><dd>{props.health.version}</dd></div>
      <div><dt>Model</dt><dd>{props.health.model.model ?? (props.health.model.configured ? 'the first of the endpoint' : 'not configured')}</dd></div>
      <div><dt>Store</dt><dd>{props.health.store.engine}, {bytes(props.health.store.sizeBytes)}, migration {props.health.store.migration}</dd></div>
      <div><dt>Queue</dt><dd>{props.health.queue.adapter}: {props.health.queue.pending} waiting, {props.health.queue.inFlight} in flight{age()}</dd></div>
      <div><dt>Jobs</dt><dd>{props.health.jobs.pending} pending, {props.health.jobs.published} published, {props.health.jobs.claimed} at work</dd></div>
      <div><dt>Data directory</dt><dd><span class="mono wrap-anywhere">{props.health.dataDirectory.path}</span>, {bytes(props.health.dataDirectory.bytes)} of {bytes(props.health.dataDirectory.quotaBytes)}</dd></div>
    </dl>
  )
}

function DeadLetters(): JSX.Element {
  const letters = useLoad(() => 'all', async () => api.deadLetters())
  const action = useAction()
  const replay = (id: string): void => {
    action.start(async () => {
      await api.replay(id)
      letters.reload()
    })
  }
  return (
    <section class="stack" aria-labelledby="letters">
      <h2 id="letters">Dead letters</h2>
      <ErrorNotice error={letters.error() ?? action.error()} />
      <Show when={letters.value()}>
        {(loaded) => (
          <For each={loaded().items} fallback={<Empty title="None. Every message was handed over." />}>
            {(letter) => (
              <article class="card stack-small">
                <div class="row row-between">
                  <span class="mono">{letter.subject}</span>
                  <button type="button" class="button button-small" disabled={action.busy()} onClick={() => { replay(letter.id) }}>Replay</button>
                </div>
                <p>{letter.reason} <span class="faint small"><When at={letter.at} /></span></p>
                <details><summary class="small">Message</summary><pre class="code">{letter.payload}</pre></details>
              </article>
            )}
          </For>
        )}
      </Show>
    </section>
  )
}
