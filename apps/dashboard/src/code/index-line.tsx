import type { CodeIndexState, SemanticStatus } from '@codeforge/contracts/code'
import { createEffect, on, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { Chip } from '../components/chip.tsx'
import { ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import { money, plural } from '../format/quantity.ts'
import { useLookAgain } from '../store/look-again.ts'
import { useLoad } from '../store/use-load.ts'
import { useProjectEvents } from '../store/use-project-events.ts'

/** While a tree is read or chunks are embedded; of the latter no event tells. */
function isUnderWay(known: CodeIndexState | undefined): boolean {
  if (known?.state === 'building') return true
  if (known?.state !== 'ready' || known.status.semantic === undefined) return false
  const { model, chunks, embedded } = known.status.semantic
  return model !== null && (chunks === 0 || embedded < chunks)
}

/** How well the repository is known, as it changes, and a way to read it anew; `answers` counts the questions that were answered from it. */
export function IndexLine(props: { readonly projectId: string; readonly answers: number }): JSX.Element {
  const state = useLoad(() => props.projectId, async (id) => api.indexState(id))
  const action = useAction()
  useProjectEvents(() => props.projectId, ['index.'], state.reload)
  createEffect(on(() => props.answers, state.reload, { defer: true }))
  useLookAgain(state, isUnderWay)
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
      <Show when={state.value()}>{(known) => <Meaning state={known()} />}</Show>
      <ErrorNotice error={action.error() ?? state.error()} />
    </div>
  )
}

/** How far search by meaning is; looks again while it goes on. */
function Meaning(props: { readonly state: CodeIndexState }): JSX.Element {
  const semantic = (): SemanticStatus | undefined => (props.state.state === 'ready' ? props.state.status.semantic : undefined)
  return (
    <Show when={semantic()}>
      {(known) => (
        <p class="faint small">
          Answers by {known().text}.
          <Show when={known().use}>{(use) => <> Embeddings today: {use().tokens.toLocaleString('en')} of {use().mostTokens.toLocaleString('en')} tokens<Show when={use().microUsd > 0}>, {money(use().microUsd)}</Show>.</>}</Show>
        </p>
      )}
    </Show>
  )
}

const stateWords = { unknown: 'on demand', building: 'reading', ready: 'read', failed: 'failed' } as const

function StateWords(props: { readonly state: CodeIndexState }): JSX.Element {
  const words = (): string => {
    switch (props.state.state) {
      case 'unknown':
        return 'It is read when something is asked about it.'
      case 'building':
        return 'Being read…'
      case 'failed':
        return props.state.message
      case 'ready': {
        const { files, chunks, definitions, commits, exact } = props.state.status
        return `${plural(files, 'file')}, ${plural(definitions, 'definition')}, ${plural(chunks, 'chunk')}, ${plural(commits, 'commit')}${exact ? '' : '; exact symbols follow'}`
      }
      default:
        return props.state satisfies never
    }
  }
  const tone = (): 'neutral' | 'active' | 'good' | 'bad' => ({ unknown: 'neutral', building: 'active', ready: 'good', failed: 'bad' } as const)[props.state.state]
  return <p role="status"><Chip tone={tone()}>{stateWords[props.state.state]}</Chip> <span class="muted small">{words()}</span></p>
}
