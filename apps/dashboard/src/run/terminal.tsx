import type { TerminalEntry } from '@codeforge/domain/view/terminal'
import { Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { BlobLink, LargeText } from '../components/large-text.tsx'
import { Empty } from '../components/notice.tsx'
import { PagedList } from '../components/paged-list.tsx'
import { clockTime, duration } from '../format/time.ts'
import { AnsiText } from './ansi-text.tsx'

/** Every command of the run with what it printed. */
export function Terminal(props: { readonly runId: string; readonly entries: readonly TerminalEntry[]; readonly filling: boolean }): JSX.Element {
  return (
    <Show when={props.entries.length > 0} fallback={<Empty title="No command has run yet." />}>
      <div class="terminal">
        <PagedList each={props.entries} noun="commands" filling={props.filling}>{(entry) => <Entry runId={props.runId} entry={entry()} />}</PagedList>
      </div>
    </Show>
  )
}

function Entry(props: { readonly runId: string; readonly entry: TerminalEntry }): JSX.Element {
  const styled = (text: string): JSX.Element => <AnsiText class="terminal-output" text={text} />
  return (
    <div class="terminal-entry" role="group" aria-label={props.entry.title}>
      <p class="terminal-command">
        <span class={`terminal-prompt terminal-${props.entry.status}`} aria-hidden="true">{props.entry.status === 'running' ? '▸' : props.entry.status === 'succeeded' ? '✓' : '✗'}</span>
        <span class="terminal-title">{props.entry.title}</span>
        <span class="terminal-facts">
          <Show when={props.entry.source !== 'shell'}><span class="terminal-source">{props.entry.source}</span></Show>
          <Show when={props.entry.status === 'failed'}><span>exit {props.entry.exitCode ?? '?'}</span></Show>
          <span>{props.entry.durationMs === null ? clockTime(props.entry.at) : duration(props.entry.durationMs)}</span>
        </span>
      </p>
      <Show when={props.entry.status === 'running'} fallback={<LargeText runId={props.runId} text={props.entry.text} render={styled} />}>
        <Show when={props.entry.live} fallback={<p class="terminal-output terminal-quiet">running…</p>}><AnsiText class="terminal-output" text={props.entry.live} /></Show>
      </Show>
      <Show when={typeof props.entry.text === 'string' && props.entry.output}>{(output) => <p class="terminal-more"><BlobLink runId={props.runId} blob={output()} label="Everything it printed" /></p>}</Show>
    </div>
  )
}
