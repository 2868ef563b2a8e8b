import { createEffect, on, onCleanup } from 'solid-js'
import { liveStream } from '../store/live.ts'
import { projectEvents } from './project-events.ts'

/** Calls back when something happens to a project whose kind begins like this, such as `index.`; while the caller's part of the page is there. */
export function useProjectEvents(projectId: () => string, beginning: string, happened: () => void): void {
  createEffect(on(projectId, (id) => { onCleanup(liveStream().subscribe(projectEvents(id, beginning, happened))) }))
}
