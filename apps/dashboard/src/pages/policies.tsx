import { A, useParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Empty, ErrorNotice, Loading } from '../components/notice.tsx'
import { useTitle } from '../components/use-title.ts'
import { money, plural } from '../format/quantity.ts'
import { useLoad } from '../store/use-load.ts'
import { PolicyDetail } from './policy-detail.tsx'

/** The profiles, and one of them to read. */
export function PoliciesPage(): JSX.Element {
  const params = useParams<{ name?: string }>()
  useTitle(() => params.name ?? 'Policies')
  return (
    <div class="page stack-large">
      <Show when={params.name} fallback={<PolicyList />}>{(name) => <PolicyView name={name()} />}</Show>
    </div>
  )
}

function PolicyList(): JSX.Element {
  const policies = useLoad(() => 'all', async () => api.policies())
  return (
    <>
      <header class="page-head"><div><h1>Policies</h1><p class="muted">A profile decides over every tool call of a run: allow, ask or deny.</p></div></header>
      <ErrorNotice error={policies.error()} onRetry={policies.reload} />
      <Show when={policies.value()} fallback={<Show when={policies.loading()}><Loading /></Show>}>
        {(loaded) => (
          <ul class="card-grid" aria-label="Policies">
            <For each={loaded().items} fallback={<li><Empty title="No profile." /></li>}>
              {(policy) => (
                <li>
                  <article class="card card-link stack-small">
                    <div class="row row-between">
                      <h2 class="card-title"><A class="cover-link" href={`/policies/${policy.name}`}>{policy.name}</A></h2>
                      <Show when={policy.preset}><span class="tag">preset</span></Show>
                    </div>
                    <p class="muted">{policy.description}</p>
                    <p class="faint small">{plural(policy.guards, 'guard')} · {plural(policy.rules, 'rule')} · sandbox {policy.sandbox.need} · at most {money(policy.maxCostMicroUsd)} a run</p>
                  </article>
                </li>
              )}
            </For>
          </ul>
        )}
      </Show>
    </>
  )
}

function PolicyView(props: { readonly name: string }): JSX.Element {
  const policy = useLoad(() => props.name, async (name) => api.policy(name))
  return (
    <>
      <header class="page-head"><div><p class="crumbs"><A href="/policies">Policies</A></p><h1>{props.name}</h1></div></header>
      <ErrorNotice error={policy.error()} onRetry={policy.reload} />
      <Show when={policy.value()} fallback={<Show when={policy.loading()}><Loading /></Show>}>{(profile) => <PolicyDetail profile={profile()} />}</Show>
    </>
  )
}
