import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SandboxEngine } from '@codeforge/ports/sandbox'

/** Opens a sandbox and runs `true` in it; null where that works, otherwise what went wrong. */
export async function trial(engine: Pick<SandboxEngine, 'open'>, parent: string, signal: AbortSignal): Promise<string | null> {
  const directory = await mkdtemp(join(parent, 'codeforge-check-'))
  try {
    const workspace = join(directory, 'workspace')
    await mkdir(workspace)
    await using sandbox = await engine.open({ runId: 'check', attempt: 0, workspace, readable: [], guarded: [], hidden: [], network: 'none', limits: {} }, signal)
    for await (const part of sandbox.exec({ command: 'true', directory: '.', environment: {}, timeoutMs: 10_000 }, signal)) {
      if (part.kind === 'ended' && part.exitCode !== 0) return `A trial command ended as ${part.ending} with exit code ${String(part.exitCode)}.`
    }
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const setting = async (path: string): Promise<string | null> => readFile(path, 'utf8').then((text) => text.trim(), () => null)

/** Says what on this host forbids user namespaces, and how to permit them. */
export async function adviseNamespaces(): Promise<string> {
  if ((await setting('/proc/sys/user/max_user_namespaces')) === '0') return 'User namespaces are switched off: set user.max_user_namespaces above 0 with sysctl.'
  if ((await setting('/proc/sys/kernel/unprivileged_userns_clone')) === '0') return 'User namespaces are switched off: `sudo sysctl kernel.unprivileged_userns_clone=1`.'
  if ((await setting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')) === '1') {
    return 'AppArmor restricts user namespaces: install bubblewrap and its AppArmor profile (`apt-get install bubblewrap apparmor-profiles`), or `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`.'
  }
  return 'In a container, user namespaces and a fresh /proc must be allowed (with Docker: `--security-opt seccomp=unconfined --security-opt systempaths=unconfined`).'
}
