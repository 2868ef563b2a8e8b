import { createSignal, For, Show } from 'solid-js'
import type { JSX } from 'solid-js'
import type { DiffFile, DiffLine } from '../format/patch.ts'
import { plural } from '../format/quantity.ts'

/** Lines above which a file's diff is drawn only on demand. */
const largeDiff = 500

/** The diff of one file, before and after in one column. */
export function DiffFileView(props: { readonly file: DiffFile; readonly id: string }): JSX.Element {
  const lines = (): number => props.file.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0)
  const [open, setOpen] = createSignal(lines() <= largeDiff)
  return (
    <details class="diff-file" id={props.id} open={open()} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="diff-head">
        <span class="mono wrap-anywhere"><Show when={props.file.from}>{(from) => <>{from()} → </>}</Show>{props.file.path}</span>
        <span class="diff-facts"><span class="faint">{props.file.change}</span> <span class="plus">+{props.file.insertions}</span> <span class="minus">−{props.file.deletions}</span></span>
      </summary>
      <Show when={open()}>
        <Show when={!props.file.binary} fallback={<p class="diff-note">A binary file.</p>}>
          <Show when={props.file.hunks.length > 0} fallback={<p class="diff-note">No line differs.</p>}><Hunks file={props.file} /></Show>
        </Show>
      </Show>
      <Show when={!open() && lines() > largeDiff}><span class="sr-only">{plural(lines(), 'line')}, collapsed</span></Show>
    </details>
  )
}

function Hunks(props: { readonly file: DiffFile }): JSX.Element {
  return (
    <div class="diff-scroll" tabIndex={0} role="region" aria-label={`Diff of ${props.file.path}`}>
      <table class="diff">
        <For each={props.file.hunks}>
          {(hunk) => (
            <tbody>
              <tr class="diff-hunk"><td colSpan={2} /><td>{hunk.header}</td></tr>
              <For each={hunk.lines}>{(line) => <Line line={line} />}</For>
            </tbody>
          )}
        </For>
      </table>
    </div>
  )
}

const signs: Readonly<Record<DiffLine['kind'], string>> = { insert: '+', delete: '−', normal: ' ' }

function Line(props: { readonly line: DiffLine }): JSX.Element {
  return (
    <tr class={`diff-${props.line.kind}`}>
      <td class="diff-number">{props.line.before}</td>
      <td class="diff-number">{props.line.after}</td>
      <td class="diff-text"><span class="diff-sign">{signs[props.line.kind]}</span>{props.line.text}</td>
    </tr>
  )
}
