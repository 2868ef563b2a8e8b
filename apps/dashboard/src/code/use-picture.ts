import type { FileGraph } from '@codeforge/contracts/code'
import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { Accessor } from 'solid-js'
import { theme } from '../store/theme.ts'
import { drawGraph } from './draw-graph.ts'
import type { DrawnGraph } from './draw-graph.ts'

/** The picture of a graph in its place on the page, drawn anew with another graph, in the colours of the theme; `failed` where the browser cannot draw. */
export function usePicture(container: Accessor<HTMLElement | undefined>, graph: Accessor<FileGraph>, onChoose: (path: string | null) => void): { drawn(): DrawnGraph | null; readonly failed: Accessor<boolean> } {
  const [failed, setFailed] = createSignal(false)
  let drawn: DrawnGraph | null = null
  createEffect(on([container, graph], ([element, data]) => {
    if (!element) return
    onCleanup(() => {
      drawn?.destroy()
      drawn = null
    })
    try {
      drawn = drawGraph(element, data, onChoose)
      setFailed(false)
    } catch {
      setFailed(true)
    }
  }))
  const recolour = (): void => { drawn?.recolour() }
  createEffect(on(theme, () => { queueMicrotask(recolour) }, { defer: true }))
  const systemTheme = matchMedia('(prefers-color-scheme: dark)')
  systemTheme.addEventListener('change', recolour)
  onCleanup(() => { systemTheme.removeEventListener('change', recolour) })
  return { drawn: () => drawn, failed }
}
