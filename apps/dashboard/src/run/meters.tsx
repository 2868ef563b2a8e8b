import type { Run } from '@codeforge/contracts/run'
import { createMemo, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { compact, money } from '../format/quantity.ts'
import { duration, workedFor } from '../format/time.ts'
import { now } from '../store/now.ts'

/** Turns, tools, tokens, time, and money against its limit. */
export function Meters(props: { readonly run: Run }): JSX.Element {
  const worked = createMemo(() => workedFor(props.run, props.run.endedAt === null ? now() : 0))
  const tokens = (): number => props.run.usage.promptTokens + props.run.usage.completionTokens
  return (
    <dl class="meters">
      <Meter label="Time" value={duration(worked() ?? 0)} />
      <Meter label="Turns" value={String(props.run.turns)} />
      <Meter label="Tool calls" value={String(props.run.toolCalls)} />
      <Meter label="Tokens" value={compact(tokens())} detail={`${compact(props.run.usage.promptTokens)} in (${compact(props.run.usage.cachedPromptTokens)} cached), ${compact(props.run.usage.completionTokens)} out`} />
      <Budget run={props.run} />
    </dl>
  )
}

function Meter(props: { readonly label: string; readonly value: string; readonly detail?: string }): JSX.Element {
  return <div class="meter" title={props.detail}><dt>{props.label}</dt><dd>{props.value}</dd></div>
}

function Budget(props: { readonly run: Run }): JSX.Element {
  const share = createMemo(() => props.run.maxCostMicroUsd === 0 ? 0 : props.run.costMicroUsd / props.run.maxCostMicroUsd)
  return (
    <div class="meter meter-budget">
      <dt>Cost</dt>
      <dd>
        {money(props.run.costMicroUsd)}<span class="muted small"> of {money(props.run.maxCostMicroUsd)}</span>
        <Show when={props.run.maxCostMicroUsd > 0}>
          <progress class="budget" classList={{ 'budget-high': share() >= 0.8 }} max={1} value={Math.min(1, share())} aria-label="Part of the budget that is spent" />
        </Show>
      </dd>
    </div>
  )
}
