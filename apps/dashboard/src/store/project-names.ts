import type { Accessor } from 'solid-js'
import { createMemo } from 'solid-js'
import { api } from '../api/endpoints.ts'
import { useLoad } from './use-load.ts'

/** Names of the projects by id, to name them beside their runs. */
export function useProjectNames(): Accessor<ReadonlyMap<string, string>> {
  const projects = useLoad(() => 'all', async () => api.projects())
  return createMemo(() => new Map((projects.value()?.items ?? []).map(({ id, name }) => [id as string, name])))
}
