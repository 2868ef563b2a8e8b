import type { Receipt, TestCounts } from '@codeforge/contracts/receipt'
import type { TimelineItem } from '@codeforge/domain/view/timeline'
import { createMemo, Index, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { Chip } from '../components/chip.tsx'
import { BlobView } from '../components/large-text.tsx'
import { Empty } from '../components/notice.tsx'
import { duration } from '../format/time.ts'
import { AnsiText } from './ansi-text.tsx'

type GateItem = Extract<TimelineItem, { kind: 'gate' }>

/** Every time a gate was judged, with its receipt. */
export function GateList(props: { readonly runId: string; readonly items: readonly TimelineItem[] }): JSX.Element {
  const gates = createMemo(() => props.items.filter((item): item is GateItem => item.kind === 'gate'))
  return (
    <Show when={gates().length > 0} fallback={<Empty title="No gate has been judged yet."><p class="muted">Gates run before the agent starts, to know what passed already, and before anything is delivered.</p></Empty>}>
      <div class="stack"><Index each={gates()}>{(gate) => <Gate runId={props.runId} gate={gate()} />}</Index></div>
    </Show>
  )
}

function Gate(props: { readonly runId: string; readonly gate: GateItem }): JSX.Element {
  return (
    <article class="card stack-small" aria-label={`Gate ${props.gate.gate}`}>
      <div class="row row-between">
        <h3>{props.gate.gate} <Show when={props.gate.baseline}><span class="tag">before the change</span></Show></h3>
        <Show when={props.gate.receipt} fallback={<Chip tone="active">Running</Chip>}>
          {(receipt) => <Chip tone={receipt().passed ? 'good' : props.gate.baseline ? 'neutral' : 'bad'}>{receipt().passed ? 'Passed' : 'Failed'}</Chip>}
        </Show>
      </div>
      <Show when={props.gate.command !== props.gate.gate}><p class="mono small wrap-anywhere">{props.gate.command}</p></Show>
      <Show when={props.gate.receipt}>{(receipt) => <ReceiptView runId={props.runId} receipt={receipt()} baseline={props.gate.baseline} />}</Show>
    </article>
  )
}

function ReceiptView(props: { readonly runId: string; readonly receipt: Receipt; readonly baseline: boolean }): JSX.Element {
  const styled = (text: string): JSX.Element => <AnsiText class="code output" text={text} />
  return (
    <>
      <p>{props.receipt.reason}</p>
      <Show when={props.receipt.counts}>{(counts) => <Counts after={counts()} before={props.baseline ? null : props.receipt.baseline} />}</Show>
      <Show when={props.receipt.definitionChanges.length > 0}>
        <p class="notice notice-warning small">Files that define this gate were changed: <span class="mono">{props.receipt.definitionChanges.join(', ')}</span></p>
      </Show>
      <p class="row faint small">
        <span>exit {props.receipt.exitCode ?? 'by a signal'}</span><span>{duration(props.receipt.durationMs)}</span>
        <span>tree <code title={props.receipt.tree}>{props.receipt.tree.slice(0, 12)}</code></span>
      </p>
      <Show when={props.receipt.output}>{(output) => <details><summary class="small">Output</summary><BlobView runId={props.runId} blob={output()} render={styled} /></details>}</Show>
    </>
  )
}

function Counts(props: { readonly after: TestCounts; readonly before: TestCounts | null }): JSX.Element {
  return (
    <table class="counts">
      <thead><tr><th scope="col"><span class="sr-only">When</span></th><th scope="col">Passed</th><th scope="col">Failed</th><th scope="col">Skipped</th></tr></thead>
      <tbody>
        <Show when={props.before}>{(before) => <CountRow label="Before" counts={before()} />}</Show>
        <CountRow label={props.before === null ? 'Tests' : 'After'} counts={props.after} />
      </tbody>
    </table>
  )
}

function CountRow(props: { readonly label: string; readonly counts: TestCounts }): JSX.Element {
  return (
    <tr>
      <th scope="row">{props.label}</th>
      <td class="plus">{props.counts.passed}</td>
      <td classList={{ minus: props.counts.failed > 0 }}>{props.counts.failed}</td>
      <td>{props.counts.skipped}</td>
    </tr>
  )
}
