import { join } from 'node:path'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { chaosModel } from './model.ts'
import { repositories as repositoryCount } from './plan.ts'
import type { Plan } from './plan.ts'
import { makeRepository } from './repositories.ts'
import { Steps, stepServer } from './steps.ts'
import { embeddedSystem } from './system/embedded.ts'
import { fleetSystem } from './system/fleet.ts'
import { chaosSettings } from './system/settings.ts'
import type { System } from './system/system.ts'

/** Where a plan is played: a system, repositories with a project each, a model that knows the plan, and who counts its steps. */
export interface Scene extends AsyncDisposable {
  readonly system: System
  readonly steps: Steps
  readonly stepPort: number
  /** Ids, by repository. */
  readonly projects: readonly string[]
  /** Paths with the digests that their indexes had at the start. */
  readonly repositories: ReadonlyMap<string, string>
}

/** Starts everything that a plan needs. */
export async function openScene(plan: Plan, settings: Readonly<Record<string, string>> = {}): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const directory = stack.use(await temporaryDirectory(`chaos-${plan.seed}`))
  const steps = new Steps()
  const server = stack.use(await stepServer(steps))
  const model = stack.use(await chaosModel(plan, steps, server.port))
  const paths = Array.from({ length: repositoryCount }, (_, index) => join(directory.path, `repository-${index}`))
  const repositories = new Map(await Promise.all(paths.map(async (path) => [path, await makeRepository(path)] as const)))
  const open = plan.column === 'embedded' ? embeddedSystem : fleetSystem
  const system = stack.use(await open(directory.path, await chaosSettings(directory.path, model.url, settings)))
  const projects = await Promise.all(paths.map(async (path, index) => String((await system.ask('POST', '/projects', { name: `Repository ${index}`, localPath: path }))['id'])))
  const owned = stack.move()
  return { system, steps, stepPort: server.port, projects, repositories, [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}
