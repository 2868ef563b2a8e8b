import type { ConversationItem, TurnItem } from '@codeforge/domain/view/conversation'
import { createMemo, Index, Match, Show, Switch } from 'solid-js'
import type { Accessor, JSX } from 'solid-js'
import { LargeText } from '../components/large-text.tsx'
import { Empty } from '../components/notice.tsx'
import { PagedList } from '../components/paged-list.tsx'
import { ClampedProse, Prose } from '../components/prose.tsx'
import { compact, money } from '../format/quantity.ts'
import { splitContext } from '../format/task-text.ts'
import { clockTime, duration } from '../format/time.ts'
import type { RunPage } from '../store/run-page.ts'
import { ToolCallView } from './tool-call.tsx'

/** What was said and done, turn by turn. */
export function Conversation(props: { readonly runId: string; readonly page: RunPage; readonly filling: boolean }): JSX.Element {
  const items = createMemo(() => props.page.conversation.items)
  return (
    <div class="conversation">
      <Show when={items().length > 0} fallback={<Empty title="Nothing has been said yet."><p class="muted">The conversation appears here as soon as the agent starts.</p></Empty>}>
        <PagedList each={items()} noun="turns" filling={props.filling}>
          {(item) => <ItemView runId={props.runId} item={item()} draft={props.page.draft} />}
        </PagedList>
      </Show>
    </div>
  )
}

function ItemView(props: { readonly runId: string; readonly item: ConversationItem; readonly draft: RunPage['draft'] }): JSX.Element {
  const turn = createMemo(() => props.item.kind === 'turn' ? props.item : null)
  const message = createMemo(() => props.item.kind === 'turn' ? null : props.item)
  return (
    <>
      <Show when={turn()}>{(item) => <Turn runId={props.runId} item={item()} draft={props.draft} />}</Show>
      <Show when={message()}>{(item) => <MessageView runId={props.runId} item={item()} />}</Show>
    </>
  )
}

type MessageItem = Exclude<ConversationItem, TurnItem>
const speakers = { system: 'Instructions to the model', user: 'Task', guidance: 'Guidance' } as const

function MessageView(props: { readonly runId: string; readonly item: MessageItem }): JSX.Element {
  const prose = (text: string): JSX.Element => <ClampedProse text={text} />
  return (
    <article class={`message message-${props.item.kind}`}>
      <Switch>
        <Match when={props.item.kind === 'system'}>
          <details><summary>{speakers[props.item.kind]}</summary><LargeText runId={props.runId} text={props.item.text} /></details>
        </Match>
        <Match when={props.item.kind !== 'system'}>
          <h3 class="message-speaker">{speakers[props.item.kind]}</h3>
          <Show when={splitContext(props.item.text)} fallback={<LargeText runId={props.runId} text={props.item.text} render={prose} />}>
            {(parts) => (
              <>
                <ClampedProse text={parts().task} />
                <details><summary class="small muted">What the repository says of it, chosen by a program</summary><Prose text={parts().context} /></details>
              </>
            )}
          </Show>
        </Match>
      </Switch>
    </article>
  )
}

function Turn(props: { readonly runId: string; readonly item: TurnItem; readonly draft: RunPage['draft'] }): JSX.Element {
  const prose = (text: string): JSX.Element => <Prose text={text} />
  const draft: Accessor<string | null> = createMemo(() => props.item.status === 'thinking' && props.draft?.turn === props.item.turn ? props.draft.text : null)
  return (
    <article class="turn" aria-label={`Turn ${props.item.turn}`}>
      <TurnHead item={props.item} />
      <div class="turn-body">
        <Show when={props.item.reasoning}>
          {(reasoning) => <details class="reasoning"><summary>Reasoning</summary><LargeText runId={props.runId} text={reasoning()} render={prose} /></details>}
        </Show>
        <Show when={props.item.text !== ''}><LargeText runId={props.runId} text={props.item.text} render={prose} /></Show>
        <Show when={draft()}>{(text) => <Prose class="writing" text={text()} />}</Show>
        <Show when={props.item.status === 'thinking' && draft() === null}><p class="thinking">Thinking</p></Show>
        <Show when={props.item.problem}>{(problem) => <p class="notice notice-bad small">{problem()}</p>}</Show>
        <Index each={props.item.calls}>{(call) => <ToolCallView runId={props.runId} item={call()} />}</Index>
      </div>
    </article>
  )
}

function TurnHead(props: { readonly item: TurnItem }): JSX.Element {
  return (
    <header class="turn-head">
      <h3>Turn {props.item.turn}</h3>
      <span class="turn-numbers">
        <Show when={tokens(props.item) > 0 && props.item.usage}>{(usage) => <span title="Tokens in and out">{compact(usage().promptTokens)} → {compact(usage().completionTokens)}</span>}</Show>
        <Show when={props.item.costMicroUsd > 0}><span>{money(props.item.costMicroUsd)}</span></Show>
        <Show when={props.item.durationMs !== null}><span>{duration(props.item.durationMs ?? 0)}</span></Show>
        <time dateTime={props.item.at}>{clockTime(props.item.at)}</time>
      </span>
    </header>
  )
}

function tokens({ usage }: TurnItem): number {
  return usage === null ? 0 : usage.promptTokens + usage.completionTokens
}
