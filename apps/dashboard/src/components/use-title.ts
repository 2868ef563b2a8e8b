import { createEffect } from 'solid-js'

/** Names the browser's tab for as long as the page shows it. */
export function useTitle(title: () => string): void {
  createEffect(() => { document.title = title() === '' ? 'CodeForge' : `${title()} · CodeForge` })
}
