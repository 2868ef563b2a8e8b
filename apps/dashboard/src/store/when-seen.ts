/** Calls back after so many milliseconds, but not before somebody can see the page: a hidden one asks for nothing. The result cancels. */
export function whenSeen(callback: () => void, milliseconds: number): () => void {
  const look = (): void => {
    if (document.visibilityState !== 'visible') return
    cancel()
    callback()
  }
  const timer = setTimeout(() => { // until then it matters to nobody whether the page is seen
    document.addEventListener('visibilitychange', look)
    look()
  }, milliseconds)
  const cancel = (): void => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', look)
  }
  return cancel
}
