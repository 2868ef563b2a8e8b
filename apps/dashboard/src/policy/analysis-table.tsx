import type { ShellAnalysis, ShellPath, SimpleCommand } from '@codeforge/contracts/shell-analysis'
import { For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import { scrollStop } from '../components/scroll-stop.ts'

/** Every simple command that a shell command would execute, and what each may read, write and reach. */
export function AnalysisTable(props: { readonly analysis: ShellAnalysis }): JSX.Element {
  const redirected = (access: ShellPath['access']): string => pathList(props.analysis.redirects, access)
  return (
    <div class="stack-small">
      <Show when={props.analysis.commands.length > 0} fallback={<p class="muted">It executes no program.</p>}>
        <div class="table-scroll" ref={scrollStop}><table class="table">
          <caption class="sr-only">What it executes</caption>
          <thead><tr><th scope="col">Executes</th><th scope="col">In</th><th scope="col">Reads</th><th scope="col">Writes</th><th scope="col">Reaches</th></tr></thead>
          <tbody>
            <For each={props.analysis.commands}>
              {(command) => (
                <tr>
                  <td class="mono wrap-anywhere">{executed(command)}<Show when={command.wrappers.length > 0}><span class="faint"> through {command.wrappers.join(', ')}</span></Show></td>
                  <td class="mono wrap-anywhere">{command.directory ?? 'unknown'}</td>
                  <td class="mono wrap-anywhere">{pathList(command.paths, 'read')}</td>
                  <td class="mono wrap-anywhere">{pathList(command.paths, 'write')}</td>
                  <td>{command.effects.join(', ') || '–'}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table></div>
      </Show>
      <Show when={props.analysis.redirects.length > 0}>
        <p class="small"><span class="label">Redirections</span> read <span class="mono">{redirected('read')}</span>, write <span class="mono">{redirected('write')}</span></p>
      </Show>
      <For each={props.analysis.unknown}>{(reason) => <p class="small"><span class="label">Not known</span> {reason}</p>}</For>
    </div>
  )
}

function executed({ program, spelled, args }: SimpleCommand): string {
  return [program ?? spelled, ...args.map(({ value, source }) => value ?? source)].join(' ')
}

function pathList(paths: readonly ShellPath[], access: ShellPath['access']): string {
  const named = paths.filter((path) => path.access === access).map(({ path, source }) => path ?? `${source} (unknown)`)
  return [...new Set(named)].join(' ') || '–'
}
