import type { LayerAnswer, Verdict } from '@codeforge/contracts/verdict'
import { reasonWords } from '@codeforge/domain/policy/reason-words'
import { For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { scrollStop } from '../components/scroll-stop.ts'
import { Chip } from '../components/chip.tsx'
import { decisionTones, decisionWords } from '../format/decisions.ts'

/** A verdict: what it is, the rule that gave it, and what each layer said. */
export function VerdictTable(props: { readonly verdict: Verdict }): JSX.Element {
  return (
    <div class="stack-small">
      <p class="verdict">
        <Chip tone={decisionTones[props.verdict.decision]}>{decisionWords[props.verdict.decision]}</Chip>
        <span><code>{props.verdict.ruleId}</code> {reasonWords(props.verdict.reason)}</span>
      </p>
      <LayerTable layers={props.verdict.layers} />
    </div>
  )
}

/** What each layer said of a call. */
export function LayerTable(props: { readonly layers: readonly LayerAnswer[] }): JSX.Element {
  return (
    <Show when={props.layers.length > 0}>
      <div class="table-scroll" ref={scrollStop}>
        <table class="table">
          <caption class="sr-only">What each layer says</caption>
          <thead><tr><th scope="col">Layer</th><th scope="col">Says</th><th scope="col">Rule</th><th scope="col">Because</th></tr></thead>
          <tbody>
            <For each={props.layers}>
              {(layer) => (
                <tr>
                  <td>{layer.layer}</td>
                  <td><Chip tone={decisionTones[layer.decision]}>{layer.decision}</Chip></td>
                  <td><code>{layer.ruleId}</code></td>
                  <td class="wrap-anywhere">{layer.reason}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </Show>
  )
}
