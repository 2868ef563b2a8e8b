import { defaultTenant } from '@codeforge/contracts/ids'
import { eventsSubject } from '@codeforge/contracts/stream-hint'
import { appendEvent } from '../append-event.ts'
import type { CorePorts, PolicyChange } from '../ports.ts'
import { retried } from '../retried.ts'

type RecordPorts = Pick<CorePorts, 'store' | 'queue' | 'ids' | 'clock' | 'log' | 'policies'>

/** Records what happens to custom profiles in the system's stream, with what is broken already, until disposed. */
export function recordPolicyChanges(ports: RecordPorts): AsyncDisposable {
  let last: Promise<void> = Promise.resolve()
  const follow = (change: PolicyChange): void => {
    last = last.then(async () => record(ports, change)).catch((error: unknown) => {
      ports.log.warn('a change of a policy could not be recorded', { change, error })
    })
  }
  const subscription = ports.policies.onChange(follow)
  for (const rejected of ports.policies.rejected()) follow({ kind: 'rejected', ...rejected })
  return {
    async [Symbol.asyncDispose]() {
      subscription[Symbol.dispose]()
      await last
    },
  }
}

async function record(ports: RecordPorts, change: PolicyChange): Promise<void> {
  if (change.kind === 'rejected') ports.log.warn('a policy file is not in force as it stands', { file: change.file, problems: change.problems })
  const context = { tenant: defaultTenant, actor: 'core', requestId: null }
  await retried(ports.store, async (repositories) => appendEvent(ports, repositories, 'system', eventOf(change), context))
  ports.queue.broadcast(eventsSubject('system'), { sequence: 0 })
}

function eventOf(change: PolicyChange) {
  if (change.kind !== 'rejected') return { kind: `policy.${change.kind}` as const, name: change.name, file: change.file }
  return { kind: 'policy.rejected' as const, file: change.file, problems: [...change.problems], inForce: change.inForce }
}
