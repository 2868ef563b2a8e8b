import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Config } from '@codeforge/contracts/config'
import { PoolName } from '@codeforge/contracts/job'
import { compose } from '@codeforge/core/compose'
import type { Core } from '@codeforge/core/compose'
import type { CoreConfig } from '@codeforge/core/core-config'
import type { CorePorts } from '@codeforge/core/ports'
import { checkExamples } from '@codeforge/domain/policy/examples'
import type { Analyse } from '@codeforge/agent/policy/gate'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import type { Vcs } from '@codeforge/ports/vcs'
import { backUp } from './backup.ts'
import { maintenanceOf } from './maintenance.ts'
import { loadModes } from './catalogue.ts'
import type { DataDirectory } from './data/data-directory.ts'
import type { Installation } from './installation.ts'
import { openBeside } from './open-beside.ts'
import { openEndpoint, openStore } from './open-ports.ts'
import { openPolicyCatalogue } from './policy/policy-catalogue.ts'
import { pricesOf } from './prices.ts'
import { readVersion, shipped } from './shipped.ts'

/** How long an endpoint may take to list its models. */
const modelsMs = 10_000

/** Jobs of repositories that lie on this host. */
export function hostPool(): PoolName {
  const name = hostname().toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 50)
  return PoolName.parse(`host-${name || 'local'}`)
}

export interface CoreProcess {
  readonly core: Core
  readonly ports: CorePorts
  readonly config: CoreConfig
}

/** Opens the store, brings its schema up to date (after a backup), and puts core together. Nothing listens yet. */
export async function openCore(
  installation: Installation, { token, signal }: { readonly token: string; readonly signal: AbortSignal }, analyse: Analyse, vcs: Pick<Vcs, 'collect'>,
  common: Pick<CorePorts, 'queue' | 'artifacts' | 'clock' | 'ids' | 'log'>, stack: AsyncDisposableStack,
): Promise<CoreProcess> {
  const { config, directory, secrets } = installation
  const check = (profile: PolicyProfile) => checkExamples(profile, analyse).map(({ where, expected, got }) => `${where}: expected ${expected}, got ${got}`)
  const policiesOpened = openPolicyCatalogue({
    shipped: shipped.policies, directory: config.policies.directory ?? directory.policies, keptYaml: join(directory.cache, 'policies.json'), secret: token, check,
    warn: (message, fields) => { common.log.warn(message, fields) },
  })
  const [store, policies] = await openBeside(stack, openStore(installation), policiesOpened)
  const moved = await store.migrate(async (from, to) => {
    const file = await backUp(store, directory, `before-migration-${to}`, config.storage.keepBackups, common.clock.now(), AbortSignal.any([signal, AbortSignal.timeout(3_600_000)]))
    common.log.info('backed up before a migration', { from, to, file })
  })
  if (moved.from !== moved.to) common.log.info('database migrated', moved)
  const endpoint = await openEndpoint(installation, stack)
  const ports: CorePorts = {
    ...common,
    store,
    analyse,
    policies,
    modes: await loadModes(shipped.modes, config.modes.directory),
    secrets: secrets.byScope,
    models: async (signal) => (await endpoint?.models(AbortSignal.any([signal, AbortSignal.timeout(modelsMs)]))) ?? [],
    maintenance: maintenanceOf(installation, { ...common, store, vcs }),
  }
  const coreConfig = coreConfigOf(config, directory, token)
  return { core: stack.use(await compose(ports, coreConfig)), ports, config: coreConfig }
}

function coreConfigOf(config: Config, directory: DataDirectory, token: string): CoreConfig {
  return {
    version: readVersion(),
    server: config.server,
    budget: config.budget,
    runs: config.runs,
    storage: config.storage,
    llm: config.llm,
    retrieval: config.retrieval,
    prices: pricesOf(config),
    queueAdapter: config.queue.adapter,
    localPathPool: hostPool(),
    dataDirectory: directory.root,
    dashboardDirectory: shipped.dashboard,
    token,
  }
}
