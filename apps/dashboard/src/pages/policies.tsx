import type { RejectedPolicy } from '@codeforge/contracts/policy-api'
import { A, useNavigate, useParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { ConfirmButton } from '../components/confirm-button.tsx'
import { Empty, ErrorNotice, Loading } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { useTitle } from '../components/use-title.ts'
import { money, plural } from '../format/quantity.ts'
import { PolicyTester } from '../policy/policy-tester.tsx'
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
      <header class="page-head">
        <div><h1>Policies</h1><p class="muted">A profile decides over every tool call of a run: allow, ask or deny.</p></div>
        <A class="button" href="/policies/headless-safe-sandbox/copy">New profile</A>
      </header>
      <ErrorNotice error={policies.error()} onRetry={policies.reload} />
      <For each={policies.value()?.rejected}>{(rejected) => <RejectedNotice rejected={rejected} />}</For>
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

function RejectedNotice(props: { readonly rejected: RejectedPolicy }): JSX.Element {
  return (
    <div class="notice notice-warning" role="status">
      <p class="notice-title">{props.rejected.file} is not in force as it stands</p>
      <p>{props.rejected.inForce === null ? 'No earlier version of it is in force either.' : `The last good version of ${props.rejected.inForce} stays in force.`}</p>
      <ul><For each={props.rejected.problems}>{(problem) => <li class="small prewrap wrap-anywhere">{problem}</li>}</For></ul>
    </div>
  )
}

function PolicyView(props: { readonly name: string }): JSX.Element {
  const policy = useLoad(() => props.name, async (name) => api.policy(name))
  return (
    <>
      <header class="page-head">
        <div><p class="crumbs"><A href="/policies">Policies</A></p><h1>{props.name}</h1></div>
        <Show when={policy.value()}>{(document) => <PolicyActions name={props.name} preset={document().preset} />}</Show>
      </header>
      <ErrorNotice error={policy.error()} onRetry={policy.reload} />
      <Show when={policy.value()} fallback={<Show when={policy.loading()}><Loading /></Show>}>
        {(document) => <><PolicyTester name={props.name} /><PolicyDetail profile={document().profile} /></>}
      </Show>
    </>
  )
}

function PolicyActions(props: { readonly name: string; readonly preset: boolean }): JSX.Element {
  const navigate = useNavigate()
  const action = useAction()
  const remove = (): void => {
    action.start(async () => {
      await api.deletePolicy(props.name)
      navigate('/policies')
    })
  }
  return (
    <div class="stack-small">
      <div class="row row-end">
        <A class="button" href={`/policies/${props.name}/copy`}>Make a copy</A>
        <Show when={!props.preset}>
          <A class="button" href={`/policies/${props.name}/edit`}>Edit</A>
          <ConfirmButton label="Delete" danger question={`Delete ${props.name}?`} detail="Its file is removed. Runs that started with it keep it; new runs that name it are refused." disabled={action.busy()} onConfirm={remove} />
        </Show>
      </div>
      <ErrorNotice error={action.error()} />
    </div>
  )
}
