import { createEffect, on, onCleanup } from 'solid-js'
import { liveStream } from './live.ts'
import { projectFeeds } from './project-feeds.ts'

/** Milliseconds in which several events are told as one. */
const settleMs = 150

const onProjectEvent = projectFeeds(liveStream)

/** Calls back when something happens to a project whose kind begins with one of these, such as `index.`; while the caller's part of the page is there. */
export function useProjectEvents(projectId: () => string, beginnings: readonly string[], happened: () => void): void {
  createEffect(on(projectId, (id) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = onProjectEvent(id, {
      concerns: (kind) => beginnings.some((beginning) => kind.startsWith(beginning)),
      happened() {
        clearTimeout(timer)
        timer = setTimeout(happened, settleMs) // what follows at once is told with it
      },
    })
    onCleanup(() => {
      clearTimeout(timer)
      end()
    })
  }))
}
