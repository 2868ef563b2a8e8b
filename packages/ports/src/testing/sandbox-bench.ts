import assert from 'node:assert/strict'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ExecPart, ExecRequest, Sandbox, SandboxEngine, SandboxSpec } from '../sandbox.ts'

export type OpenSandboxEngine = () => Promise<SandboxEngine & AsyncDisposable>
export type Ended = Extract<ExecPart, { kind: 'ended' }>

/** What a command left behind: its whole output and how it ended. */
export interface Outcome {
  readonly stdout: string
  readonly stderr: string
  readonly bytes: Buffer
  readonly ended: Ended
}

/** A workspace with an engine, for one test; disposing it leaves nothing. */
export interface SandboxBench extends AsyncDisposable {
  readonly engine: SandboxEngine
  readonly directory: string
  readonly workspace: string
  readonly runId: string
  open(spec?: Partial<SandboxSpec>): Promise<Sandbox>
}

let made = 0

/** Makes a directory with an empty workspace in it, and an engine. */
export async function openBench(openEngine: OpenSandboxEngine): Promise<SandboxBench> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'sandbox-contract-')))
  const workspace = await mkdtemp(join(directory, 'workspace-'))
  const engine = await openEngine()
  made += 1
  const runId = `contract-${String(process.pid)}-${String(made)}`
  return {
    engine,
    directory,
    workspace,
    runId,
    open: (spec = {}) => engine.open({ runId, attempt: 1, workspace, readable: [], guarded: [], hidden: [], network: 'none', limits: {}, ...spec }, AbortSignal.timeout(20_000)),
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A request with all that a test does not care about. */
export const aRequest = (command: string, rest: Partial<ExecRequest> = {}): ExecRequest => ({ command, directory: '.', environment: {}, timeoutMs: 20_000, ...rest })

/** Runs a command to its end. */
export async function run(sandbox: Sandbox, command: string, rest: Partial<ExecRequest> = {}, signal = new AbortController().signal): Promise<Outcome> {
  const chunks = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
  let ended: Ended | undefined
  for await (const part of sandbox.exec(aRequest(command, rest), signal)) {
    assert.equal(ended, undefined, 'nothing comes after the end')
    if (part.kind === 'output') chunks[part.stream].push(part.bytes)
    else ended = part
  }
  assert.ok(ended, 'a command that began also ended')
  const bytes = Buffer.concat(chunks.stdout)
  return { stdout: bytes.toString('utf8'), stderr: Buffer.concat(chunks.stderr).toString('utf8'), bytes, ended }
}

/** How a command ended, without the time that it took. */
export const endOf = ({ ended }: Outcome): Omit<Ended, 'durationMs'> => ({ kind: ended.kind, exitCode: ended.exitCode, ending: ended.ending })

export const exited = (exitCode: number): Omit<Ended, 'durationMs'> => ({ kind: 'ended', exitCode, ending: 'exited' })

/** Waits until something holds; fails after five seconds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let round = 0; round < 500; round += 1) {
    if (await holds()) return
    await wait(10)
  }
  assert.fail(`waited in vain until ${what}`)
}
