import type { CallMatcher, PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { Decision } from '@codeforge/contracts/verdict'
import { createMemo, createSignal, For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { Chip } from '../components/chip.tsx'
import { limitWords } from '../format/limits.ts'
import { exampleWords, matcherWords, networkWords } from '../format/matcher.ts'
import { money } from '../format/quantity.ts'
import { decisionTones } from '../format/decisions.ts'

/** A profile to read: guards first, since nothing overrides them, then the rules in their order. */
export function PolicyDetail(props: { readonly profile: PolicyProfile }): JSX.Element {
  return (
    <>
      <p>{props.profile.description}</p>
      <Facts profile={props.profile} />
      <section class="stack" aria-labelledby="guards">
        <div><h2 id="guards">Guards</h2><p class="muted small">What a guard denies stays denied, whatever the rules say.</p></div>
        <ul class="rule-list">
          <For each={props.profile.guards} fallback={<li class="muted">None.</li>}>
            {(guard) => <Rule id={guard.id} decision="deny" matcher={guard.deny} because={guard.because} instead={guard.instead} matches={guard.matches.map(exampleWords)} />}
          </For>
        </ul>
      </section>
      <section class="stack" aria-labelledby="rules">
        <div>
          <h2 id="rules">Rules</h2>
          <p class="muted small">The first that matches decides. {props.profile.situation === 'read-only' ? 'Whatever none matches is denied.' : 'Whatever none matches is asked about; where nobody is there, it is denied.'}</p>
        </div>
        <ol class="rule-list">
          <For each={props.profile.rules} fallback={<li class="muted">None.</li>}>
            {(rule) => <Rule id={rule.id} decision={rule.decision} matcher={rule.when} because={rule.because} instead={rule.instead} matches={rule.matches.map(exampleWords)} />}
          </For>
        </ol>
      </section>
      <section class="stack" aria-labelledby="paths">
        <h2 id="paths">Paths that no agent may name</h2>
        <p class="mono small muted wrap-anywhere">{props.profile.paths.blocked.join('  ')}</p>
      </section>
    </>
  )
}

function Facts(props: { readonly profile: PolicyProfile }): JSX.Element {
  const limits = (): string => limitWords(props.profile.limits)
  const gates = (): string => props.profile.gates.map(({ command }) => command).join(', ')
  return (
    <dl class="facts">
      <div><dt>Sandbox</dt><dd>{props.profile.sandbox.need}</dd></div>
      <div><dt>Network</dt><dd>{networkWords(props.profile.sandbox.network)}</dd></div>
      <div><dt>Spends at most</dt><dd>{money(props.profile.maxCostMicroUsd)} a run</dd></div>
      <Show when={gates()}><div><dt>Gates</dt><dd class="mono">{gates()}</dd></div></Show>
      <Show when={limits()}><div><dt>Limits</dt><dd>{limits()}</dd></div></Show>
    </dl>
  )
}

function Rule(props: {
  readonly id: string
  readonly decision: Decision
  readonly matcher: CallMatcher
  readonly because: string
  readonly instead: string | undefined
  readonly matches: readonly string[]
}): JSX.Element {
  return (
    <li class="rule">
      <div class="row"><Chip tone={decisionTones[props.decision]}>{props.decision}</Chip><code>{props.id}</code></div>
      <p>{asSentence(props.because)}<Show when={props.instead}>{(instead) => <span class="muted"> Instead: {instead().replace(/\.$/, '')}.</span>}</Show></p>
      <For each={matcherWords(props.matcher)} fallback={<p class="muted small">Any call.</p>}>
        {({ kind, items }) => <Phrases kind={kind} items={items} />}
      </For>
      <Show when={props.matches.length > 0}><Phrases kind="for example" items={props.matches} /></Show>
    </li>
  )
}

/** Characters of a list that are read at a glance; of a longer one the beginning is shown. */
const glance = 320

function Phrases(props: { readonly kind: string; readonly items: readonly string[] }): JSX.Element {
  const [all, setAll] = createSignal(false)
  const whole = createMemo(() => props.items.join('  ·  '))
  return (
    <p class="small">
      <span class="faint">{props.kind} </span>
      <span class="mono wrap-anywhere">{all() || whole().length <= glance ? whole() : `${whole().slice(0, glance)}…`}</span>
      <Show when={whole().length > glance}> <button type="button" class="link-button" aria-expanded={all()} onClick={() => setAll(!all())}>{all() ? 'less' : `all ${props.items.length}`}</button></Show>
    </p>
  )
}

function asSentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, '')}.`
}
