import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { bubblewrapSandbox } from '@codeforge/adapters/sandbox/bubblewrap'
import { mountSandbox } from '@codeforge/adapters/sandbox/mount'
import { unshareSandbox } from '@codeforge/adapters/sandbox/unshare'
import { openWarmed, overlayPossible } from '@codeforge/adapters/vcs/git/testing/warmed'
import type { Sandbox } from '@codeforge/ports/sandbox'
import { aRequest, aScene, filesOf, git } from '@codeforge/ports/testing/vcs-scene'

const never = new AbortController().signal

async function output(sandbox: Sandbox, command: string): Promise<string> {
  let text = ''
  for await (const part of sandbox.exec({ command, directory: '.', environment: {}, timeoutMs: 30_000 }, never)) {
    if (part.kind === 'output') text += Buffer.from(part.bytes).toString()
  }
  return text
}

describe('the directory of the user itself as a workspace, inside a sandbox', () => {
  for (const adapter of [bubblewrapSandbox, unshareSandbox]) {
    test(`${adapter.name}: commands change its files, and nothing that the git of the user would obey`, async (context) => {
      const installation = createHash('sha256').update(`own ${adapter.name} ${process.pid}`).digest('hex').slice(0, 16)
      await using engine = await adapter.open(adapter.config.parse({ installation, searchPath: process.env['PATH'] ?? '' }))
      const problem = await engine.check(AbortSignal.timeout(20_000))
      if (problem !== null) return context.skip(problem) // this machine cannot make such a sandbox
      await using scene = await aScene((directory) => openWarmed({ overlay: false }, directory))
      await git(scene.user, 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},parts/module`)
      await git(scene.user, 'commit', '-qm', 'module')
      await mkdir(join(scene.user, 'parts/module'), { recursive: true })
      const canary = join(scene.directory, 'canary')
      await writeFile(join(scene.user, 'attack.sh'), `touch made
        evil() { git init -q --bare "$1"; printf '[core]\\nbare=false\\nfsmonitor="touch ${canary};false"\\n' > "$1/config"; }
        evil fresh; cp fresh/config .git/config; mkdir -p .git/hooks; echo ../fresh > .git/commondir; rm -rf .git; mv .git old; mv fresh .git
        evil parts/module/.git; mv parts old; mkdir -p parts/module; evil parts/module/.git`)
      await using workspace = await scene.vcs.open(aRequest(scene, { mode: 'local_path' }), never)
      await using sandbox = await engine.open({ runId: 'run-1', attempt: 1, workspace: workspace.path, readable: workspace.readable, guarded: workspace.guarded, hidden: [], network: 'none', limits: {} }, never)
      await output(sandbox, 'sh attack.sh')
      assert.match(await git(scene.user, 'status', '--porcelain'), /^\?\? made$/m)
      assert.ok(!existsSync(canary))
    })
  }
})

describe('a workspace that is laid over a warm checkout, inside a sandbox', () => {
  for (const adapter of [bubblewrapSandbox, unshareSandbox, mountSandbox]) {
    test(`${adapter.name}: commands read and write it, checkpoints see what they did, and the shared files stay`, { skip: !overlayPossible && 'this process may not mount' }, async (context) => {
      const installation = createHash('sha256').update(`${adapter.name} ${process.pid}`).digest('hex').slice(0, 16)
      await using engine = await adapter.open(adapter.config.parse({ installation, searchPath: process.env['PATH'] ?? '' }))
      const problem = await engine.check(AbortSignal.timeout(20_000))
      if (problem !== null) return context.skip(problem) // this machine cannot make such a sandbox
      await using scene = await aScene((directory) => openWarmed({ overlay: true }, directory))
      await using workspace = await scene.vcs.open(aRequest(scene), never)
      const zero = await workspace.checkpoint('zero', never)
      const said = await (async () => {
        await using sandbox = await engine.open({ runId: 'run-1', attempt: 1, workspace: workspace.path, readable: workspace.readable, guarded: workspace.guarded, hidden: [join(scene.directory, 'data')], network: 'none', limits: {} }, never)
        return await output(sandbox, `cat a.txt; echo more >> a.txt; mkdir -p new; echo x > new/c.txt; rm -r lib; git status --porcelain; ${engine.enforces ? `find ${join(scene.directory, 'data')} -name warm -o -name attempts` : 'true'}`)
      })()
      const one = await workspace.checkpoint('one', never)
      await using other = await scene.vcs.open(aRequest(scene, { runId: 'run-2' }), never)
      assert.deepEqual(
        [said.split('\n'), (await workspace.changes(zero.id, one.id, never)).map(({ path, kind }) => `${kind} ${path}`), (await filesOf(other.path))['a.txt']],
        [['one', ' M a.txt', ' D lib/b.txt', '?? new/', ''], ['modified a.txt', 'deleted lib/b.txt', 'added new/c.txt'], 'one\n'],
      )
    })
  }
})
