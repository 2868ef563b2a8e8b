import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { SystemEvent } from '@codeforge/contracts/event'
import type { CodeIndexState, CodeStatus } from '@codeforge/contracts/code'
import { defaultTenant } from '@codeforge/contracts/ids'
import type { ProjectId } from '@codeforge/contracts/ids'
import type { Project } from '@codeforge/contracts/project'
import { eventsSubject } from '@codeforge/contracts/stream-hint'
import type { AppendContext } from '@codeforge/ports/store/events'
import { appendEvent } from '../append-event.ts'
import type { CorePorts } from '../ports.ts'
import { retried } from '../retried.ts'
import type { CodeAsker } from './ask-code.ts'

const ofCore: AppendContext = { tenant: defaultTenant, actor: 'core', requestId: null }

type IndexPorts = Pick<CorePorts, 'store' | 'queue' | 'clock' | 'ids' | 'log'>

/** Reads repositories in the background and knows how far each is. */
export interface ProjectIndexes {
  /** Starts to read a project's repository, unless that is under way. */
  start(project: Project, caller: AppendContext): Promise<CodeIndexState>
  state(project: ProjectId): CodeIndexState
  /** The same, asked of a worker anew while exact symbols or vectors are on their way. */
  look(project: Project): Promise<CodeIndexState>
  /** A question was answered: so well is the repository known now. Where its symbols are not exact, they follow in the background. */
  answered(project: Project, status: CodeStatus): void
}

function isComplete({ exact, semantic }: CodeStatus): boolean {
  if (!exact) return false
  return semantic === undefined || semantic.model === null || (semantic.chunks > 0 && semantic.embedded >= semantic.chunks)
}

/** What each index came to stands in the project's stream, so that whoever watches learns of it. */
export function projectIndexes(ports: IndexPorts, { ask }: CodeAsker): ProjectIndexes {
  const states = new Map<ProjectId, CodeIndexState>()
  const followed = new Map<ProjectId, string>()
  const tell = async (project: Project, event: SystemEvent, caller: AppendContext): Promise<void> => {
    await retried(ports.store, async (repositories) => appendEvent(ports, repositories, `project.${project.id}`, event, caller))
    ports.queue.broadcast(eventsSubject(`project.${project.id}`), { sequence: 0 })
  }
  const read = async (project: Project): Promise<SystemEvent> => {
    try {
      const { status } = await ask(project, { kind: 'index' })
      states.set(project.id, { state: 'ready', status, at: ports.clock.now().toISOString() })
      return { kind: 'index.completed', status }
    } catch (error) {
      const { code, message } = error instanceof CodeForgeError ? error : new CodeForgeError('internal', 'The repository could not be read.', { cause: error })
      ports.log.warn('a repository could not be indexed', { projectId: project.id, code, error })
      states.set(project.id, { state: 'failed', code, message, at: ports.clock.now().toISOString() })
      return { kind: 'index.failed', code, message }
    }
  }
  /** A reading that could not be told of has not begun: it may be asked for again. */
  const begin = async (project: Project, caller: AppendContext): Promise<void> => {
    const before = states.get(project.id)
    states.set(project.id, { state: 'building', at: ports.clock.now().toISOString() })
    try {
      await tell(project, { kind: 'index.started' }, caller)
    } catch (error) {
      if (before === undefined) states.delete(project.id)
      else states.set(project.id, before)
      throw error
    }
  }
  return {
    async start(project, caller) {
      if (states.get(project.id)?.state !== 'building') {
        await begin(project, caller)
        read(project).then(async (end) => tell(project, end, caller)).catch((error: unknown) => { ports.log.warn('an index could not be recorded', { projectId: project.id, error }) })
      }
      return this.state(project.id)
    },
    state: (project) => states.get(project) ?? { state: 'unknown' },
    answered(project, status) {
      if (states.get(project.id)?.state === 'building') return
      states.set(project.id, { state: 'ready', status, at: ports.clock.now().toISOString() })
      // Once for each tree: one that cannot be read to its end is not begun anew with each question.
      if (status.exact || followed.get(project.id) === status.version) return
      followed.set(project.id, status.version)
      this.start(project, ofCore).catch((error: unknown) => { ports.log.warn('exact symbols could not be asked for', { projectId: project.id, error }) })
    },
    async look(project) {
      const known = this.state(project.id)
      if (known.state !== 'ready' || isComplete(known.status)) return known
      // Whoever cannot answer now leaves what was known last.
      const { status } = await ask(project, { kind: 'status' }).catch(() => known)
      const now = states.get(project.id)
      if (now === known) states.set(project.id, { ...known, status })
      return this.state(project.id)
    },
  }
}
