import { mkdir } from 'node:fs/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Vcs } from '@codeforge/ports/vcs'
import { type CredentialSource, writeAskpass } from './askpass.ts'
import { collect } from './collect.ts'
import { createGit, type GitOptions } from './command.ts'
import { commitLocal } from './commit-local.ts'
import { deliverBranch } from './delivery.ts'
import { networkEnvironment } from './environment.ts'
import { fileFailure } from './failure.ts'
import { initRepository } from './initialise.ts'
import { inspectRepository } from './inspect.ts'
import { layoutOf } from './layout.ts'
import { createRepositoryLock } from './lock.ts'
import { applyPatch } from './patch.ts'
import { removeAbandoned } from './places.ts'
import { createTrash, type Trash } from './trash.ts'
import { createOverlays } from './warm/overlay.ts'
import { createWarmTrees } from './warm/pool.ts'
import { openWorkspace, type WorkspaceDeps } from './workspace.ts'

export interface GitVcsOptions extends GitOptions {
  readonly credentials: CredentialSource
  readonly credentialHosts: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly globalExcludes: string | null
  readonly maxFileBytes: number
  readonly maxReuseBytes: number
  readonly keepUnreachableSeconds: number
  readonly warmTrees: number
  readonly maxWarmBytes: number
  readonly warmAfterMs: number
  readonly overlay: boolean
}

/** Puts the parts together; disposing waits until directories that were given up are deleted. */
export async function openGitVcs(options: GitVcsOptions): Promise<Vcs & AsyncDisposable> {
  const layout = layoutOf(options.dataDirectory)
  await prepare(layout)
  const { credentials, credentialHosts, searchPath, globalExcludes, maxFileBytes, maxReuseBytes } = options
  const shared = { git: createGit(options), layout, lock: createRepositoryLock(), trash: createTrash(layout), overlays: createOverlays({ root: layout.root, searchPath, wanted: options.overlay }) }
  const warm = createWarmTrees(shared, { perRepository: options.warmTrees, maxBytes: options.maxWarmBytes, quietMs: options.warmAfterMs })
  const deps: WorkspaceDeps = { ...shared, warm, credentials, credentialHosts, network: networkEnvironment(options.environment), searchPath, globalExcludes, maxFileBytes, maxReuseBytes }
  await removeAbandoned(deps)
  return {
    open: (request, signal) => withSpace(deps.trash, () => openWorkspace(deps, request, signal)),
    deliverBranch: (source, request, signal) => deliverBranch(deps, source, request, signal),
    commitLocal: (source, request, signal) => commitLocal(deps, source, request, signal),
    applyPatch: (repository, patch, applyOptions, signal) => applyPatch(deps, repository, patch, applyOptions, signal),
    inspect: (source, signal) => inspectRepository(deps, source, signal),
    init: (directory, message, signal) => initRepository(deps.git, directory, message, signal),
    collect: (keep, signal) => collect(deps, keep, { expire: options.keepUnreachableSeconds === 0 ? 'now' : `${options.keepUnreachableSeconds}.seconds.ago` }, signal),
    async [Symbol.asyncDispose]() {
      await warm[Symbol.asyncDispose]()
      await deps.trash[Symbol.asyncDispose]()
    },
  }
}

/** What was given up is deleted at leisure; where it leaves no space for something new, it goes now. */
async function withSpace<Result>(trash: Trash, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof CodeForgeError) || error.code !== 'disk-full') throw error
    await trash.empty()
    return work()
  }
}

async function prepare(layout: ReturnType<typeof layoutOf>): Promise<void> {
  try {
    await writeAskpass(layout)
    for (const path of [layout.repositories, layout.workspaces, layout.attempts, layout.views]) await mkdir(path, { recursive: true })
  } catch (error) {
    throw fileFailure(error, `The directory ${layout.root} cannot be used`)
  }
}
