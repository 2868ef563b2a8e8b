import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { JSX } from 'solid-js'

const upwardKeys = new Set(['ArrowUp', 'PageUp', 'Home'])

/** Keeps the end of a growing page in sight, until the reader scrolls back. */
export function FollowButton(props: { readonly growth: unknown }): JSX.Element {
  const [following, setFollowing] = createSignal(false)
  createEffect(on([following, () => props.growth], ([isFollowing]) => {
    if (isFollowing) requestAnimationFrame(() => { scrollTo({ top: document.documentElement.scrollHeight }) })
  }))
  const stop = (): void => { setFollowing(false) }
  const stopOnWheel = (event: WheelEvent): void => { if (event.deltaY < 0) stop() }
  const stopOnKey = (event: KeyboardEvent): void => { if (upwardKeys.has(event.key)) stop() }
  addEventListener('wheel', stopOnWheel, { passive: true })
  addEventListener('touchmove', stop, { passive: true })
  addEventListener('keydown', stopOnKey)
  onCleanup(() => {
    removeEventListener('wheel', stopOnWheel)
    removeEventListener('touchmove', stop)
    removeEventListener('keydown', stopOnKey)
  })
  return <button type="button" class="button follow" aria-pressed={following()} onClick={() => setFollowing(!following())}>{following() ? 'Following' : 'Follow the end'}</button>
}
