import type { Run } from '@codeforge/contracts/run'
import { useNavigate } from '@solidjs/router'
import { Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { ConfirmButton } from '../components/confirm-button.tsx'
import { ErrorNotice } from '../components/notice.tsx'
import { useAction } from '../components/use-action.ts'
import type { PendingRequest } from '../store/pending-request.ts'

/** What a person may do with the run as it stands. The page learns of the effect from the run's events. */
export function RunActions(props: { readonly run: Run; readonly pending: PendingRequest }): JSX.Element {
  const navigate = useNavigate()
  const action = useAction()
  const steer = (verb: 'cancel' | 'pause' | 'resume'): void => { action.start(async () => { await api.steerRun(props.run.id, verb) }) }
  const retry = (): void => { action.start(async () => { navigate(`/runs/${(await api.retryRun(props.run.id)).id}`) }) }
  const ended = (): boolean => props.run.status === 'ended'
  // A run that waits has given its worker back already: there is nothing to pause.
  const canPause = (): boolean => !ended() && props.pending === null && props.run.status !== 'paused' && props.run.status !== 'waiting'
  return (
    <div class="stack-small">
      <div class="row row-end">
        <Show when={canPause()}>
          <button type="button" class="button" disabled={action.busy()} onClick={() => { steer('pause') }}>Pause</button>
        </Show>
        <Show when={props.run.status === 'paused' || (!ended() && props.pending === 'pause')}>
          <button type="button" class="button button-primary" disabled={action.busy()} onClick={() => { steer('resume') }}>Resume</button>
        </Show>
        <Show when={!ended()}>
          <ConfirmButton label="Cancel run" question="Cancel this run?" detail="The agent stops and nothing is delivered. The repository stays as it is." danger disabled={action.busy() || props.pending === 'cancel'} onConfirm={() => { steer('cancel') }} />
        </Show>
        <Show when={ended()}>
          <ConfirmButton label="Retry" question="Run this again?" detail="A new run starts with the same prompt, policy and gates, from the repository as it is now. It has a budget of its own." disabled={action.busy()} onConfirm={retry} />
        </Show>
      </div>
      <ErrorNotice error={action.error()} />
    </div>
  )
}
