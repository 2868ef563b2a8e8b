import type { CodeIndexState } from '@codeforge/contracts/code'
import { createEffect, on, onCleanup, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Chip } from '../components/chip.tsx'
import { ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { plural } from '../format/quantity.ts'
import { liveStream } from '../store/live.ts'
import { useLoad } from '../store/use-load.ts'

/** How well the repository is known, as it changes, and a way to read it anew. */
export function IndexLine(props: { readonly projectId: string }): JSX.Element {
  const state = useLoad(() => props.projectId, async (id) => api.indexState(id))
  const action = useAction()
  createEffect(on(() => props.projectId, (id) => {
    const stream = `project.${id}`
    let sequence = 0
    onCleanup(liveStream().subscribe({
      request: () => ({ kind: 'subscribe', stream, after: sequence }),
      end: { kind: 'unsubscribe', stream },
      receive: (message) => {
        if (message.kind !== 'event' || message.event.stream !== stream) return
        sequence = message.event.sequence
        if (message.event.kind.startsWith('index.')) state.reload()
      },
    }))
  }))
  const build = (): void => {
    action.start(async () => {
      await api.buildIndex(props.projectId)
      state.reload()
    })
  }
  return (
    <div class="stack-small">
      <div class="row row-between">
        <Show when={state.value()}>{(known) => <StateWords state={known()} />}</Show>
        <button type="button" class="button button-small" disabled={action.busy() || state.value()?.state === 'building'} onClick={build}>Read it anew</button>
      </div>
      <ErrorNotice error={action.error() ?? state.error()} />
    </div>
  )
}

function StateWords(props: { readonly state: CodeIndexState }): JSX.Element {
  const words = (): string => {
    switch (props.state.state) {
      case 'unknown':
        return 'Read when it is asked about'
      case 'building':
        return 'Being read…'
      case 'failed':
        return props.state.message
      case 'ready': {
        const { files, chunks, definitions, commits } = props.state.status
        return `${plural(files, 'file')}, ${plural(definitions, 'definition')}, ${plural(chunks, 'chunk')}, ${plural(commits, 'commit')}`
      }
      default:
        return props.state satisfies never
    }
  }
  const tone = (): 'neutral' | 'active' | 'good' | 'bad' => ({ unknown: 'neutral', building: 'active', ready: 'good', failed: 'bad' } as const)[props.state.state]
  return <p role="status"><Chip tone={tone()}>{props.state.state}</Chip> <span class="muted small">{words()}</span></p>
}
