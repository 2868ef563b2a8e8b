import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { CodeSearch, SearchStatus } from '@codeforge/context/search/code-search'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { SearchTuning } from '@codeforge/context/search/tuning'
import { dataDirectoryOf } from '@codeforge/host/config/directories'
import { loadConfig } from '@codeforge/host/config/load-config'
import { layout } from '@codeforge/host/data/data-directory'
import type { Command } from 'commander'
import { globalsOf } from '../globals.ts'
import type { Terminal } from '../output/terminal.ts'
import { showProgress } from './show-progress.ts'

/** Code intelligence over one repository, as it is now. */
export interface OpenCode extends AsyncDisposable {
  readonly root: string
  readonly code: CodeSearch
  readonly status: SearchStatus
  /** What is configured for where a question does not say. */
  readonly tuning: SearchTuning
}

export interface OpenCodeOptions {
  readonly repo: string
  /** Waits until every symbol is exact; otherwise what the quick scan knows is good enough to start with. */
  readonly exact?: boolean
}

/** Opens the index of a repository, without a server, and brings it up to date. */
export async function openCode(command: Command, terminal: Terminal, { repo, exact = false }: OpenCodeOptions): Promise<OpenCode> {
  const root = await directoryOf(repo)
  // Loaded here: every other command starts faster without them.
  const [{ openRepositorySearch }, { openLocalSemantic }] = await Promise.all([
    import('@codeforge/context/search/open-repository-search'), import('@codeforge/host/embeddings/local-semantic'),
  ])
  const { data, config } = globalsOf(command)
  await using stack = new AsyncDisposableStack()
  const { config: { retrieval: tuning } } = await loadConfig(config, process.env)
  const semantic = await openLocalSemantic({ environment: process.env, ...(data !== undefined && { dataDirectory: data }), ...(config !== undefined && { configFile: config }) }, stack)
  const storeDirectory = join(layout(dataDirectoryOf(data, process.env)).cache, 'index')
  const code = stack.use(await openRepositorySearch({ root, storeDirectory, ...(semantic && { semantic }), tuning }, terminal.gone))
  const progress = await showProgress(terminal)
  try {
    const quick = await code.refresh(terminal.gone, progress.show)
    const status = exact && !quick.exact ? await code.complete(terminal.gone, progress.show) : quick
    const owned = stack.move()
    return { root, code, status, tuning, [Symbol.asyncDispose]: async () => owned.disposeAsync() }
  } finally {
    progress.end()
  }
}

async function directoryOf(repo: string): Promise<string> {
  const root = resolve(repo)
  const found = await stat(root).catch(() => null)
  if (!found?.isDirectory()) throw new CodeForgeError('repository-not-found', `There is no directory ${root}.`)
  return root
}
