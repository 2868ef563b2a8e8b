import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Sandbox, SandboxEngine, SandboxSpec } from '@codeforge/ports/sandbox'
import { trial } from './check.ts'
import type { Marker } from './environment.ts'
import { HostSandbox } from './host-sandbox.ts'
import type { Launcher } from './host-sandbox.ts'
import { sweepMarked } from './marked.ts'
import type { HostSandboxOptions } from './options.ts'
import { openScratch, sweepScratch } from './scratch.ts'
import type { Scratch } from './scratch.ts'
import { toolsOf } from './tools.ts'
import type { Tools } from './tools.ts'

/** What an adapter of this kind adds: the way a command is launched. */
export interface EngineParts {
  readonly name: string
  readonly enforces: boolean
  readonly options: HostSandboxOptions
  launcher(input: LauncherInput, signal: AbortSignal): Promise<Launcher>
  /** What to do about it where a trial failed. */
  advise(problem: string): Promise<string>
}

export interface LauncherInput {
  readonly spec: SandboxSpec
  readonly marker: Marker
  readonly scratch: Scratch
  readonly tools: Tools
}

/** How long a trial that went well spares the next run one; a sandbox that does not open ends it. */
const trialHoldsMs = 600_000

/** Makes an engine whose sandboxes are processes of this host. Disposing it ends the sandboxes still open. */
export function hostEngine(parts: EngineParts): SandboxEngine & AsyncDisposable {
  const { options } = parts
  const opened = new Set<Sandbox>()
  let worksUntil = -Infinity
  const engine: SandboxEngine = {
    enforces: parts.enforces,
    async open(given, signal) {
      const spec = await checkedSpec(given, parts.enforces)
      signal.throwIfAborted()
      const marker = { installation: options.installation, runId: spec.runId, attempt: spec.attempt }
      const scratch = await openScratch(options.scratch, marker)
      try {
        const tools = toolsOf(options.searchPath, options.home, dirname(process.execPath))
        const launcher = await parts.launcher({ spec, marker, scratch, tools }, signal)
        const sandbox: HostSandbox = await HostSandbox.open({ spec, marker, options, scratch, launcher, onDisposed: () => opened.delete(sandbox) })
        opened.add(sandbox)
        return sandbox
      } catch (error) {
        worksUntil = -Infinity
        await scratch[Symbol.asyncDispose]()
        throw error
      }
    },
    async check(signal) {
      if (performance.now() < worksUntil) return null
      const problem = await trial(engine, options.scratch, signal)
      if (problem === null) worksUntil = performance.now() + trialHoldsMs
      return problem === null ? null : `${problem.trim()} ${await parts.advise(problem)}`.trim()
    },
    async sweep(alive) {
      const count = await sweepMarked(options.installation, alive)
      await sweepScratch(options.scratch, options.installation, alive)
      return count
    },
  }
  return {
    ...engine,
    async [Symbol.asyncDispose]() {
      await Promise.all([...opened].map((sandbox) => sandbox[Symbol.asyncDispose]()))
      opened.clear()
    },
  }
}

async function checkedSpec(spec: SandboxSpec, enforces: boolean): Promise<SandboxSpec> {
  if (process.platform !== 'linux') throw new CodeForgeError('sandbox-unavailable', 'Sandboxes of this kind need Linux.')
  if (!/^[\w-]+$/.test(spec.runId)) throw new CodeForgeError('invalid-input', `'${spec.runId}' cannot be part of a marker.`)
  if (enforces && typeof spec.network === 'object') {
    throw new CodeForgeError('unsupported', 'This sandbox cannot open the network to some hosts only: it knows all and none.')
  }
  const workspace = await realpath(spec.workspace).catch((error: unknown) => {
    throw new CodeForgeError('workspace-failed', `There is no workspace at ${spec.workspace}.`, { cause: error })
  })
  return { ...spec, workspace }
}
