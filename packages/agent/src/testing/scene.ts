import { Redactor } from '@codeforge/contracts/secret'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { systemClock } from '@codeforge/adapters/clock/system'
import { uuidV7Ids } from '@codeforge/adapters/ids/uuid-v7'
import { mountSandbox } from '@codeforge/adapters/sandbox/mount'
import { gitVcs } from '@codeforge/adapters/vcs/git'
import { Config } from '@codeforge/contracts/config'
import { defaultTenant, ProjectId, RunId, WorkerId } from '@codeforge/contracts/ids'
import { Mode } from '@codeforge/contracts/mode'
import { finishOf, ModelScript, nextReply } from '@codeforge/contracts/model-script'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { RunWork } from '@codeforge/contracts/run-work'
import { SetupSpec } from '@codeforge/contracts/run-request'
import { ToolBundle } from '@codeforge/contracts/tool-bundle'
import type { Llm } from '@codeforge/ports/llm'
import { fakeCoordinator, type FakeCoordinator } from '@codeforge/ports/testing/fake-coordinator'
import { memoryArtifactStore } from '@codeforge/ports/testing/memory-artifact-store'
import { memoryLog } from '@codeforge/ports/testing/memory-log'
import { sequentialIds } from '@codeforge/ports/testing/sequential-ids'
import type { AgentConfig, AgentPorts } from '../run/agent-ports.ts'
import { RunControl } from '../run/control.ts'
import { performRun } from '../run/perform-run.ts'

type Turns = readonly Readonly<Record<string, unknown>>[]

/** A repository, a worker's world and one run in it. */
export interface Scene extends AsyncDisposable {
  readonly repository: string
  readonly core: FakeCoordinator
  readonly ports: AgentPorts
  readonly config: AgentConfig
  readonly work: RunWork
  /** One attempt, from claim to end, on the work as it is or changed. */
  attempt(control?: RunControl, work?: RunWork): Promise<void>
  git(...args: readonly string[]): string
}

export interface SceneOptions {
  readonly files?: Readonly<Record<string, string>>
  readonly turns: Turns
  readonly llm?: Llm
  readonly work?: Partial<RunWork>
}

const adding = `export const add = (a, b) => a - b\n`
const testing = `import { test } from 'node:test'\nimport assert from 'node:assert/strict'\nimport { add } from '../src/add.js'\ntest('adds two numbers', () => {\n  assert.equal(add(2, 3), 5)\n})\ntest('adds nothing', () => {\n  assert.equal(add(0, 0), 0)\n})\n`

/** A project with a failing test, whose gate shows it. */
export const sample: Readonly<Record<string, string>> = {
  'package.json': `${JSON.stringify({ name: 'sample', type: 'module', scripts: { test: 'node --test' } }, null, 2)}\n`,
  'src/add.js': adding,
  'test/add.test.js': testing,
}

export const mend = { tool: 'edit_file', args: { path: 'src/add.js', old_text: 'a - b', new_text: 'a + b' } }
export const testGate = { name: 'test', command: 'npm test', phase: 'run_end', requires: 'green', timeoutSeconds: 60, allowFewerTests: false, fixAttempts: 1 } as const

const argument = (name: string, type = 'string', required = true) => ({ name, type, required, description: name })
const bundle = ToolBundle.parse({
  name: 'test_tools',
  description: 'For tests.',
  tools: {
    read_file: { docstring: 'Reads.', effect: 'read', arguments: [argument('path'), argument('offset', 'integer', false)] },
    write_file: { docstring: 'Writes.', effect: 'write', arguments: [argument('path'), argument('content')] },
    edit_file: { docstring: 'Edits.', effect: 'write', arguments: [argument('path'), argument('old_text'), argument('new_text')] },
    shell: { docstring: 'Runs.', effect: 'write', arguments: [argument('command')] },
  },
})

const policy = PolicyProfile.parse({
  name: 'for-tests',
  description: 'For tests.',
  sandbox: { need: 'preferred', trustsProject: true },
  rules: [
    { id: 'read', decision: 'allow', when: { tools: ['read_file'] }, because: 'reading is harmless' },
    { id: 'no-secrets', decision: 'deny', when: { tools: ['write_file'], paths: ['secret/**'] }, because: 'secrets stay' },
    { id: 'ask-docs', decision: 'ask', when: { tools: ['write_file'], paths: ['docs/**'] }, because: 'people like their docs' },
    { id: 'rest', decision: 'allow', when: { tools: ['*'] }, because: 'tests may' },
  ],
  termination: { kind: 'or', of: [{ kind: 'max-turns', turns: 20 }, { kind: 'stalled' }] },
  maxCostMicroUsd: 1_000_000,
})

const mode = Mode.parse({ id: 'coder', name: 'Coder', description: 'Codes.', tools: ['*'], prompt: 'coder.md', promptTemplate: 'You are {{ mode.name }}.', maxOutputTokens: 500 })

/** A model that says what the turns say. */
export function scripted(turns: Turns): Llm {
  const script = ModelScript.parse({ name: 'scene', turns })
  return {
    models: async () => ['scene'],
    async *complete(request, signal) {
      signal.throwIfAborted()
      const said = nextReply(script, request.messages)
      if (said.text !== '') yield { kind: 'text.delta', text: said.text }
      const place = request.messages.filter(({ role }) => role === 'assistant').length
      for (const [index, { id, tool, args }] of said.toolCalls.entries()) yield { kind: 'toolcall', call: { id: id ?? `call-${place}-${index}`, tool, args } }
      yield { kind: 'ended', finish: finishOf(said), usage: said.usage, costMicroUsd: null }
    },
  }
}

/** Sets the scene in a temporary directory. */
export async function setScene({ files = sample, turns, llm, work: changes = {} }: SceneOptions): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), 'codeforge-scene-'))
  const repository = join(root, 'repository')
  await layOut(repository, files)
  const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: repository, encoding: 'utf8', env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' } }).trim()
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'first')
  const clock = await systemClock.open({})
  const ids = await uuidV7Ids.open({})
  const core = fakeCoordinator({ clock, ids: sequentialIds(1000) })
  const vcs = await gitVcs.open(gitVcs.config.parse({ dataDirectory: join(root, 'data') }))
  const engine = await mountSandbox.open(mountSandbox.config.parse({ installation: `scene-${process.pid}`, scratch: root, searchPath: dirname(process.execPath) }))
  const ports: AgentPorts = {
    coordinator: core, llms: { scripted: llm ?? scripted(turns) }, vcs, sandboxes: [{ name: 'mount', engine }], artifactStore: memoryArtifactStore(),
    queue: { broadcast: () => undefined }, clock, ids, log: memoryLog(), secrets: new Redactor(), code: { ask: async () => { throw new Error('no index in this scene') } }, analyse: () => ({ commands: [], redirects: [], unknown: [] }),
  }
  const config: AgentConfig = {
    hidden: [], limits: { unlessSaid: {}, most: {} }, spoolDirectory: join(root, 'spool'), cacheDirectory: join(root, 'cache'), toolBundles: [bundle],
    author: { name: 'CodeForge', email: 'codeforge@localhost' }, modelIdleMs: 5000, retrieval: Config.parse({}).retrieval, subAgentPrice: null, uploadCheckpoints: false,
  }
  const runId = RunId.parse(ids.next())
  const work = RunWork.parse({
    runId, projectId: ProjectId.parse(ids.next()), tenant: defaultTenant, requestId: 'request-1', prompt: 'Fix src/add.js', mode, policy,
    model: { adapter: 'scripted', model: 'scripted/scene', price: null, script: 'scene' }, gates: [], setup: SetupSpec.parse({}),
    workspace: { mode: 'worktree', source: { kind: 'local', path: repository }, baseRef: null, includeDirty: false },
    deliver: { mode: 'branch', branch: `codeforge/${runId}`, title: 'Fix it' }, attended: false, termination: policy.termination,
    maxCostMicroUsd: 1_000_000, maxTokens: 1_000_000, ...changes,
  })
  core.add(work)
  const scene: Scene = {
    repository, core, ports, config, work, git,
    attempt: (control = new RunControl(), changed = work) => attempt({ ...scene, work: changed }, WorkerId.parse(ids.next()), control),
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      await vcs[Symbol.asyncDispose]()
      await rm(root, { recursive: true, force: true })
    },
  }
  return scene
}

async function attempt({ core, work, ports, config }: Scene, workerId: WorkerId, control: RunControl): Promise<void> {
  const claim = await core.claim({ jobId: work.runId as never, runId: work.runId, publication: 1, workerId }, AbortSignal.timeout(1000))
  assert.equal(claim.kind, 'claimed')
  if (claim.kind === 'claimed') await performRun({ ports, config }, { work, attempt: claim.attempt, workerId, claim }, control)
}

async function layOut(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
}

/** The last event of a kind. */
export function lastOf<Kind extends string>(scene: Scene, kind: Kind) {
  return scene.core.events(scene.work.runId).findLast((event) => event.kind === kind)?.data
}
