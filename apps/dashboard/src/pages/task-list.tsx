import type { Task } from '@codeforge/contracts/task'
import { createMemo, createSignal, For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { ById } from '../components/by-id.tsx'
import { Empty, ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { When } from '../components/when.tsx'
import { useLoad } from '../store/use-load.ts'
import { useProjectEvents } from '../store/use-project-events.ts'

/** What is wanted of a project: add, close, open again, or make a run of it. */
export function TaskList(props: { readonly projectId: string; readonly onRun: (task: Task) => void }): JSX.Element {
  const tasks = useLoad(() => props.projectId, async (id) => api.tasks(id))
  useProjectEvents(() => props.projectId, ['task.'], tasks.reload)
  const [showClosed, setShowClosed] = createSignal(false)
  const action = useAction()
  const shown = createMemo(() => (tasks.value()?.items ?? []).filter(({ status }) => showClosed() || status === 'open'))
  const closed = createMemo(() => (tasks.value()?.items ?? []).filter(({ status }) => status !== 'open').length)
  const change = (task: Task): void => {
    action.start(async () => {
      await api.updateTask(task.id, { status: task.status === 'open' ? 'done' : 'open', version: task.version })
      tasks.reload()
    })
  }
  return (
    <div class="stack">
      <NewTask projectId={props.projectId} onAdded={tasks.reload} />
      <ErrorNotice error={tasks.error() ?? action.error()} />
      <Show when={tasks.value()}>
        <ul class="task-list" aria-label="Tasks">
          <ById each={shown()} fallback={<li><Empty title="Nothing to do here." /></li>}>
            {(task) => <TaskRow task={task()} busy={action.busy()} onChange={() => { change(task()) }} onRun={() => { props.onRun(task()) }} />}
          </ById>
        </ul>
        <Show when={closed() > 0}>
          <div><button type="button" class="link-button" onClick={() => setShowClosed(!showClosed())}>{showClosed() ? 'Hide' : 'Show'} closed tasks ({closed()})</button></div>
        </Show>
      </Show>
    </div>
  )
}

function TaskRow(props: { readonly task: Task; readonly busy: boolean; readonly onChange: () => void; readonly onRun: () => void }): JSX.Element {
  const isOpen = (): boolean => props.task.status === 'open'
  return (
    <li class="task-row" classList={{ 'task-closed': !isOpen() }}>
      <input type="checkbox" checked={!isOpen()} disabled={props.busy} aria-label={`${isOpen() ? 'Close' : 'Open again'}: ${props.task.title}`} onChange={() => { props.onChange() }} />
      <div class="task-text">
        <p>{props.task.title}</p>
        <Show when={props.task.body}><p class="muted small clamp-2">{props.task.body}</p></Show>
        <p class="row faint small"><For each={props.task.labels}>{(label) => <span class="tag">{label}</span>}</For><When at={props.task.createdAt} /></p>
      </div>
      <Show when={isOpen()}><button type="button" class="button button-small" onClick={() => { props.onRun() }}>Run it</button></Show>
    </li>
  )
}

function NewTask(props: { readonly projectId: string; readonly onAdded: () => void }): JSX.Element {
  const [title, setTitle] = createSignal('')
  const action = useAction()
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (title().trim() === '') return
    action.start(async () => {
      await api.createTask(props.projectId, { title: title().trim() })
      setTitle('')
      props.onAdded()
    })
  }
  return (
    <form class="stack-small" onSubmit={submit}>
      <div class="row row-nowrap">
        <input type="text" aria-label="New task" placeholder="What is wanted?" maxlength={500} value={title()} onInput={(event) => setTitle(event.currentTarget.value)} />
        <button type="submit" class="button" disabled={action.busy() || title().trim() === ''}>Add</button>
      </div>
      <ErrorNotice error={action.error()} />
    </form>
  )
}
