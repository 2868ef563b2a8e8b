import type { RunSummary } from '@codeforge/contracts/run'
import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { money } from '../format/quantity.ts'
import { duration, workedFor } from '../format/time.ts'
import { modelName, titleOf } from '../format/words.ts'
import { now } from '../store/now.ts'
import { ById } from './by-id.tsx'
import { StateChip } from './chip.tsx'
import { When } from './when.tsx'

/** Runs, one a line; on a narrow screen, one a card. */
export function RunTable(props: { readonly runs: readonly RunSummary[]; readonly projectNames?: ReadonlyMap<string, string>; readonly label: string }): JSX.Element {
  return (
    <ul class="run-list" aria-label={props.label}>
      <ById each={props.runs}>
        {(run) => (
          <li class="run-row">
            <div class="run-row-main">
              <A class="run-row-title" href={`/runs/${run().id}`}>{titleOf(run().prompt)}</A>
              <p class="run-row-detail">
                <Show when={props.projectNames?.get(run().projectId)}>{(name) => <span>{name()}</span>}</Show>
                <span>{run().mode}</span>
                <span>{modelName(run())}</span>
              </p>
            </div>
            <div class="run-row-state">
              <StateChip run={run()} />
            </div>
            <RunNumbers run={run()} />
          </li>
        )}
      </ById>
    </ul>
  )
}

function RunNumbers(props: { readonly run: RunSummary }): JSX.Element {
  const worked = (): number | null => workedFor(props.run, now())
  return (
    <dl class="run-row-numbers">
      <div><dt>Turns</dt><dd>{props.run.turns}</dd></div>
      <div><dt>Cost</dt><dd>{money(props.run.costMicroUsd)}</dd></div>
      <div><dt>Took</dt><dd>{worked() === null ? '–' : duration(worked() ?? 0)}</dd></div>
      <div><dt>Created</dt><dd><When at={props.run.createdAt} /></dd></div>
    </dl>
  )
}
