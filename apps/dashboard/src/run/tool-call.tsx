import type { Verdict } from '@codeforge/contracts/verdict'
import { denialWords, reasonWords } from '@codeforge/domain/policy/reason-words'
import type { CallItem } from '@codeforge/domain/view/conversation'
import { For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { Chip } from '../components/chip.tsx'
import { BlobLink, BlobView, LargeText } from '../components/large-text.tsx'
import { LayerTable } from '../policy/verdict-table.tsx'
import { decisionTones, decisionWords } from '../format/decisions.ts'
import { callArguments, callSummary, isBlob } from '../format/call-summary.ts'
import { duration } from '../format/time.ts'
import type { Tone } from '../format/words.ts'
import { AnsiText } from './ansi-text.tsx'

const results: Readonly<Record<CallItem['status'], { readonly text: string; readonly tone: Tone }>> = {
  pending: { text: 'not judged yet', tone: 'neutral' },
  running: { text: 'running', tone: 'active' },
  asked: { text: 'asked', tone: 'warning' },
  denied: { text: 'denied', tone: 'bad' },
  succeeded: { text: 'done', tone: 'good' },
  failed: { text: 'failed', tone: 'bad' },
}

/** One call: what was wanted, what the policy said, what came of it. */
export function ToolCallView(props: { readonly runId: string; readonly item: CallItem }): JSX.Element {
  return (
    <details class="call" open={props.item.status === 'asked' || props.item.status === 'denied'}>
      <summary class="call-head">
        <span class={`call-dot tone-${results[props.item.status].tone}`} aria-hidden="true" />
        <span class="call-tool">{props.item.call.tool}</span>
        <span class="call-about">{callSummary(props.item.call)}</span>
        <span class="call-result">
          {results[props.item.status].text}
          <Show when={props.item.exitCode !== null && props.item.exitCode !== 0}> (exit {props.item.exitCode})</Show>
          <Show when={props.item.durationMs !== null}> · {duration(props.item.durationMs ?? 0)}</Show>
        </span>
      </summary>
      <div class="call-body stack-small">
        <Show when={props.item.verdict}>{(verdict) => <VerdictLine verdict={verdict()} />}</Show>
        <Arguments runId={props.runId} item={props.item} />
        <Observation runId={props.runId} item={props.item} />
      </div>
    </details>
  )
}

/** The verdict with its reason; what each layer said on demand. */
function VerdictLine(props: { readonly verdict: Verdict }): JSX.Element {
  return (
    <details class="stack-small">
      <summary class="verdict">
        <Chip tone={decisionTones[props.verdict.decision]}>{decisionWords[props.verdict.decision]}</Chip>
        <span><code>{props.verdict.ruleId}</code> {reasonWords(props.verdict.reason)}<Show when={props.verdict.unattended && !/nobody is there/i.test(props.verdict.reason)}> <span class="muted">(nobody was there to be asked)</span></Show></span>
      </summary>
      <LayerTable layers={props.verdict.layers} />
    </details>
  )
}

function Arguments(props: { readonly runId: string; readonly item: CallItem }): JSX.Element {
  const args = (): CallItem['call']['args'] => props.item.call.args
  const blob = (): Parameters<typeof BlobView>[0]['blob'] | null => {
    const value = args()
    return isBlob(value) ? value : null
  }
  return (
    <Show when={blob()} fallback={
      <dl class="arguments">
        <For each={callArguments(props.item.call)}>{({ name, text }) => <div><dt>{name}</dt><dd><pre>{text}</pre></dd></div>}</For>
      </dl>
    }>
      {(value) => <BlobView runId={props.runId} blob={value()} />}
    </Show>
  )
}

function repeats(observation: string, { ruleId, reason }: Verdict): boolean {
  return observation === denialWords(ruleId, reason) || observation.endsWith(reason)
}

function Observation(props: { readonly runId: string; readonly item: CallItem }): JSX.Element {
  const styled = (text: string): JSX.Element => <AnsiText class="code output" text={text} />
  // Of a denied call the model sees the verdict, which stands above already.
  const saysMore = (): boolean => props.item.status !== 'denied' || props.item.verdict === null || !repeats(String(props.item.observation), props.item.verdict)
  return (
    <>
      <Show when={saysMore() && props.item.observation}>
        {(text) => <div class="stack-small"><p class="label">What the model saw</p><LargeText runId={props.runId} text={text()} render={styled} /></div>}
      </Show>
      <Show when={props.item.changedFiles.length > 0}>
        <p class="small"><span class="label">Changed</span> <span class="mono wrap-anywhere">{props.item.changedFiles.join(', ')}</span></p>
      </Show>
      <Show when={props.item.output}>{(output) => <p class="small"><BlobLink runId={props.runId} blob={output()} label="Everything it printed" /></p>}</Show>
    </>
  )
}
