import type { TimelineItem } from '@codeforge/domain/view/timeline'
import { createMemo, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { Empty } from '../components/notice.tsx'
import { PagedList } from '../components/paged-list.tsx'
import { clockTime, fullTime } from '../format/time.ts'
import { timelineWords } from '../format/timeline-words.ts'

/** What happened to the run, oldest first. */
export function Timeline(props: { readonly items: readonly TimelineItem[]; readonly filling: boolean }): JSX.Element {
  return (
    <Show when={props.items.length > 0} fallback={<Empty title="Nothing has happened yet." />}>
      <div class="timeline" role="list">
        <PagedList each={props.items} noun="entries" filling={props.filling}>{(item) => <Entry item={item()} />}</PagedList>
      </div>
    </Show>
  )
}

function Entry(props: { readonly item: TimelineItem }): JSX.Element {
  const words = createMemo(() => timelineWords(props.item))
  return (
    <div class="timeline-entry" role="listitem">
      <time class="timeline-time" dateTime={props.item.at} title={fullTime(props.item.at)}>{clockTime(props.item.at)}</time>
      <span class={`timeline-dot tone-${words().tone}`} aria-hidden="true" />
      <div>
        <p>{words().text}</p>
        <Show when={words().detail}>{(detail) => <p class="muted small prewrap">{detail()}</p>}</Show>
      </div>
    </div>
  )
}
