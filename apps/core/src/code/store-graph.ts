import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { SystemEvent } from '@codeforge/contracts/event'
import type { ProjectId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import type { GraphColumns, StoredGraphState } from '@codeforge/contracts/stored-graph'
import { eventsSubject } from '@codeforge/contracts/stream-hint'
import { appendEvent } from '../append-event.ts'
import type { Caller } from '../caller.ts'
import type { CorePorts } from '../ports.ts'
import { retried } from '../retried.ts'
import type { CodeAsker } from './ask-code.ts'

type GraphPorts = Pick<CorePorts, 'store' | 'queue' | 'clock' | 'ids' | 'log'>

/** Has graphs worked out by workers and stores them [COD-09]. */
export interface ProjectGraphs {
  /** Starts to store the graph of a project's code, unless that is under way. */
  start(project: Project, caller: Caller): Promise<StoredGraphState>
  state(project: ProjectId): Promise<StoredGraphState>
}

/** What each graph came to stands in the project's stream: a failure is told, never passed over [COD-14]. */
export function projectGraphs(ports: GraphPorts, { ask }: CodeAsker): ProjectGraphs {
  const building = new Set<ProjectId>()
  const failures = new Map<ProjectId, { readonly code: string; readonly message: string }>()
  const tell = async (project: Project, event: SystemEvent, caller: Caller): Promise<void> => {
    await retried(ports.store, async (repositories) => appendEvent(ports, repositories, `project.${project.id}`, event, caller))
    ports.queue.broadcast(eventsSubject(`project.${project.id}`), { sequence: 0 })
  }
  const store = async (project: Project): Promise<SystemEvent> => {
    try {
      const { result } = await ask(project, { kind: 'extract-graph' })
      checkColumns(result)
      const owner = { id: ports.ids.next(), tenant: project.tenant, projectId: project.id }
      const stored = await ports.store.graphs.replace(owner, result, ports.clock.now())
      failures.delete(project.id)
      return { kind: 'graph.completed', stored }
    } catch (error) {
      const { code, message } = error instanceof CodeForgeError ? error : new CodeForgeError('internal', 'The graph could not be stored.', { cause: error })
      ports.log.warn('a graph could not be stored', { projectId: project.id, code, error })
      failures.set(project.id, { code, message })
      return { kind: 'graph.failed', code, message }
    }
  }
  /** Nothing is under way any more before its end is told: whoever is told asks at once. */
  const build = async (project: Project, caller: Caller): Promise<void> => {
    const end = await store(project).finally(() => building.delete(project.id))
    await tell(project, end, caller)
  }
  const begin = async (project: Project, caller: Caller): Promise<StoredGraphState> => {
    building.add(project.id)
    try {
      await tell(project, { kind: 'graph.started' }, caller)
      // Before the work begins: what is answered must not depend on how quick that is.
      return await stateOf(project.id)
    } catch (error) {
      building.delete(project.id) // it did not begin, and may be asked for again
      throw error
    }
  }
  const stateOf = async (project: ProjectId): Promise<StoredGraphState> => {
    const stored = await ports.store.graphs.newest(project)
    const failure = failures.get(project) ?? null
    const ended = failure ? 'failed' as const : stored ? 'stored' as const : 'none' as const
    return { state: building.has(project) ? 'building' : ended, stored, failure }
  }
  return {
    async start(project, caller) {
      if (building.has(project.id)) return stateOf(project.id)
      const state = await begin(project, caller)
      build(project, caller).catch((error: unknown) => { ports.log.warn('the end of a graph could not be recorded', { projectId: project.id, error }) })
      return state
    },
    state: stateOf,
  }
}

/** A worker of another version may send anything: columns of one length, edges between nodes that there are. */
function checkColumns({ nodes, edges }: GraphColumns): void {
  const count = nodes.kinds.length
  const even = [nodes.paths, nodes.names, nodes.startLines, nodes.endLines].every(({ length }) => length === count)
    && [edges.to, edges.kinds, edges.confidences].every(({ length }) => length === edges.from.length)
  if (!even || edges.from.some((node) => node >= count) || edges.to.some((node) => node >= count)) {
    throw new CodeForgeError('internal', 'The worker sent a graph that does not hold together; core and worker may be of different versions.')
  }
}
