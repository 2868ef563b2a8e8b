import type { Question } from '@codeforge/contracts/question'
import { A } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { scrollStop } from './scroll-stop.ts'
import { api } from '../api/endpoints.ts'
import { sentence } from '../format/words.ts'
import { refreshInbox } from '../store/inbox.ts'
import { Chip } from './chip.tsx'
import { Field } from './field.tsx'
import { ErrorNotice } from './notice.tsx'
import { useAction } from './use-action.ts'
import { When } from './when.tsx'

/** A question with its options; answering needs one click, a note is optional. */
export function QuestionCard(props: { readonly question: Question; readonly hideRun?: boolean; readonly onAnswered?: () => void }): JSX.Element {
  return (
    <article class="card stack" classList={{ question: props.question.status === 'open' }} aria-label={props.question.title}>
      <div class="row row-between">
        <h3>{props.question.title}</h3>
        <Chip tone={props.question.status === 'open' ? 'warning' : 'neutral'}>{sentence(props.question.status)}</Chip>
      </div>
      <Show when={props.question.detail}><pre class="code question-detail" ref={scrollStop}>{props.question.detail}</pre></Show>
      <Show when={props.question.status === 'open'} fallback={<Answered question={props.question} />}>
        <AnswerForm question={props.question} {...(props.onAnswered && { onAnswered: props.onAnswered })} />
      </Show>
      <p class="row faint small">
        <span>{props.question.topic === 'toolcall' ? 'Tool call' : sentence(props.question.topic)}</span>
        <span>Asked <When at={props.question.askedAt} /></span>
        <Show when={!props.hideRun}><A href={`/runs/${props.question.runId}`}>Open the run</A></Show>
      </p>
    </article>
  )
}

function AnswerForm(props: { readonly question: Question; readonly onAnswered?: () => void }): JSX.Element {
  const [note, setNote] = createSignal('')
  const action = useAction()
  const fallbackLabel = (): string => labelOf(props.question, props.question.fallback)
  const answer = (option: string): void => {
    action.start(async () => {
      await api.answer(props.question.id, option, note().trim() === '' ? null : note().trim())
      refreshInbox()
      props.onAnswered?.()
    })
  }
  return (
    <>
      <Field label="Note for the agent (optional)">
        {(ids) => <input {...ids} type="text" maxlength={4000} value={note()} onInput={(event) => setNote(event.currentTarget.value)} />}
      </Field>
      <div class="row">
        <For each={props.question.options}>
          {(option, index) => (
            <button type="button" class="button" classList={{ 'button-primary': index() === 0 }} disabled={action.busy()} onClick={() => { answer(option.id) }}>{option.label}</button>
          )}
        </For>
      </div>
      <p class="faint small">Without an answer, “{fallbackLabel()}” is taken <When at={props.question.deadlineAt} />.</p>
      <ErrorNotice error={action.error()} />
    </>
  )
}

function Answered(props: { readonly question: Question }): JSX.Element {
  return (
    <Show when={props.question.answer}>
      {(answer) => (
        <p>
          <strong>{labelOf(props.question, answer())}</strong>
          <Show when={props.question.answeredBy}>{(by) => <span class="muted"> by {by().replace(/^user:/, '')}</span>}</Show>
          <Show when={props.question.note}>{(note) => <span class="muted">: {note()}</span>}</Show>
        </p>
      )}
    </Show>
  )
}

function labelOf(question: Pick<Question, 'options'>, id: string): string {
  return question.options.find((option) => option.id === id)?.label ?? sentence(id)
}
