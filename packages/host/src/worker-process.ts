import { join } from 'node:path'
import { WorkerId } from '@codeforge/contracts/ids'
import { warmUp } from '@codeforge/shell/warm-up'
import { compose } from '@codeforge/worker/compose'
import type { AgentPorts } from '@codeforge/agent/run/agent-ports'
import { veil } from '@codeforge/agent/secrets/veil'
import type { Queue } from '@codeforge/ports/queue'
import { loadToolBundles } from './catalogue.ts'
import type { Installation } from './installation.ts'
import { openSemantic } from './embeddings/open-semantic.ts'
import { hostPool } from './core-process.ts'
import { openModels } from './open-ports.ts'
import { priceOf } from './prices.ts'
import { readVersion, shipped } from './shipped.ts'
import type { TriedSandboxes } from './try-sandboxes.ts'

type CommonPorts = Pick<AgentPorts, 'coordinator' | 'vcs' | 'clock' | 'ids' | 'log' | 'analyse'> & {
  readonly queue: Queue
  readonly artifacts: AgentPorts['artifactStore']
  readonly tried: Promise<TriedSandboxes>
}

export interface WorkerProcess {
  /** Name of the strongest sandbox that works here. */
  readonly sandbox: string
}

/** Starts a worker in this process; null where it is configured to do no work. */
export async function openWorker(
  installation: Installation, common: CommonPorts, fleet: boolean, stack: AsyncDisposableStack, signal: AbortSignal,
): Promise<WorkerProcess | null> {
  const { config, directory } = installation
  if (config.worker.slots === 0) return null
  const { artifacts, tried, ...ports } = common
  const { sandboxes, strongest: sandbox } = await tried
  const workerId = WorkerId.parse(common.ids.next())
  const pools = [...new Set([...config.worker.pools, hostPool()])]
  const { redactor } = installation.secrets
  const outlets = { ...ports, artifactStore: artifacts, llms: await openModels(installation, stack), sandboxes, secrets: redactor }
  const worker = stack.use(compose(
    // What leaves this process from here on has been freed of secrets.
    veil(outlets, redactor),
    {
      workerId,
      version: readVersion(),
      pools,
      slots: config.worker.slots,
      sandboxName: sandbox,
      indexDirectory: join(directory.cache, 'index'),
      semantic: await openSemantic(installation, common.clock, stack),
      agent: {
        hidden: [directory.root],
        limits: { unlessSaid: config.sandbox.defaultLimits, most: config.sandbox.mostLimits },
        spoolDirectory: directory.spool,
        cacheDirectory: directory.cache,
        toolBundles: await loadToolBundles(shipped.toolBundles),
        author: { name: config.git.authorName, email: config.git.authorEmail },
        retrieval: config.retrieval,
        subAgentPrice: config.retrieval.subAgentModel === null ? null : priceOf(config, config.retrieval.subAgentModel),
        modelIdleMs: config.llm.idleSeconds * 1000,
        uploadCheckpoints: fleet,
      },
    },
  ))
  await worker.start(signal)
  void warmUp(common.analyse)
  common.log.info('worker started', { workerId, pools, slots: config.worker.slots, sandbox })
  return { sandbox }
}
