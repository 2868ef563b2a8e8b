import { onCleanup } from 'solid-js'

/** Lets the keyboard reach an element, so that it can be scrolled, for as long as it has more to show than room. */
export function scrollStop(element: HTMLElement): void {
  const look = (): void => {
    if (element.scrollHeight > element.clientHeight || element.scrollWidth > element.clientWidth) element.tabIndex = 0
    else element.removeAttribute('tabindex')
  }
  const [sizes, contents] = [new ResizeObserver(look), new MutationObserver(look)]
  sizes.observe(element)
  contents.observe(element, { childList: true })
  onCleanup(() => {
    sizes.disconnect()
    contents.disconnect()
  })
}
