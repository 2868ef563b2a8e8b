/** Moves the focus to a control that has just been put on the page, which `autofocus` does only when the page loads. */
export function focusSoon(element: HTMLElement): void {
  queueMicrotask(() => { element.focus() })
}
