import { useBeforeLeave } from '@solidjs/router'
import { onCleanup } from 'solid-js'

/** Asks before somebody leaves what was typed and not saved: by a link, the back button, or by closing the tab. */
export function useUnsaved(isUnsaved: () => boolean): void {
  useBeforeLeave((leaving) => {
    if (leaving.defaultPrevented || !isUnsaved()) return
    leaving.preventDefault()
    // The browser's own question: it stands still until it is answered.
    if (confirm('What you typed has not been saved. Leave it?')) leaving.retry(true)
  })
  const warn = (event: BeforeUnloadEvent): void => { if (isUnsaved()) event.preventDefault() }
  addEventListener('beforeunload', warn)
  onCleanup(() => { removeEventListener('beforeunload', warn) })
}
