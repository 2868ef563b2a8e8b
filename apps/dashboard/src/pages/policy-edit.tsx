import { A, useNavigate, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { ErrorNotice, Loading } from '../components/notice.tsx'
import { useTitle } from '../components/use-title.ts'
import { PolicyEditor } from '../policy/policy-editor.tsx'
import { useLoad } from '../store/use-load.ts'

/** Changes a custom profile. */
export function EditPolicyPage(): JSX.Element {
  return <EditPage title={(name) => `Edit ${name}`} textOf={(yaml) => yaml} save={async (name, yaml) => (await api.replacePolicy(name, yaml)).name} />
}

/** Makes a custom profile from another one. */
export function CopyPolicyPage(): JSX.Element {
  const copied = (yaml: string, name: string): string => yaml.replace(/^name:.*$/m, `name: my-${name}`)
  return <EditPage title={(name) => `New profile from ${name}`} textOf={copied} save={async (_name, yaml) => (await api.createPolicy(yaml)).name} />
}

function EditPage(props: {
  readonly title: (name: string) => string
  readonly textOf: (yaml: string, name: string) => string
  /** Returns the name under which it is saved. */
  readonly save: (name: string, yaml: string) => Promise<string>
}): JSX.Element {
  const params = useParams<{ name: string }>()
  const navigate = useNavigate()
  const policy = useLoad(() => params.name, async (name) => api.policy(name))
  useTitle(() => props.title(params.name))
  const save = async (yaml: string, saved: () => void): Promise<void> => {
    const name = await props.save(params.name, yaml)
    saved()
    navigate(`/policies/${name}`)
  }
  return (
    <div class="page stack-large">
      <header class="page-head"><div><p class="crumbs"><A href="/policies">Policies</A> / <A href={`/policies/${params.name}`}>{params.name}</A></p><h1>{props.title(params.name)}</h1></div></header>
      <ErrorNotice error={policy.error()} onRetry={policy.reload} />
      <Show when={policy.value()} fallback={<Show when={policy.loading()}><Loading /></Show>}>
        {(document) => <PolicyEditor name={params.name} initial={props.textOf(document().yaml, params.name)} onSave={save} onClose={() => { navigate(`/policies/${params.name}`) }} />}
      </Show>
    </div>
  )
}
