import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chmod, glob, mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { aRequest, aScene, git, type Scene, writeFiles } from '@codeforge/ports/testing/vcs-scene'
import { gitConfig, gitVcs } from '../git.ts'

const never = new AbortController().signal
const open = (dataDirectory: string) => gitVcs.open(gitConfig.parse({ dataDirectory }))
const delivery = (checkpoint: string) => ({ checkpoint, branch: 'codeforge/run-1', message: 'Deliver', author: { name: 'A', email: 'a@example.org' } })
const source = (scene: Scene) => ({ kind: 'local', path: scene.user }) as const

async function work(scene: Scene): Promise<string> {
  await using workspace = await scene.vcs.open(aRequest(scene), never)
  await workspace.checkpoint('zero', never)
  await writeFiles(workspace.path, { 'a.txt': 'worked\n' })
  return (await workspace.checkpoint('one', never)).id
}

async function plantLock(path: string, ageSeconds: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, '')
  const at = Date.now() / 1000 - ageSeconds
  await utimes(path, at, at)
}

const halted = (reached: string, told = '') => `echo "$$ ${told}" > "${reached}"; sleep 20; exit 1`

/** Another process that does something with a git of its own, which halts where the script says so; resolves when it is there. */
async function startElsewhere(scene: Scene, { halts, options = '', does }: { readonly halts: (reached: string) => string, readonly options?: string, readonly does: string }) {
  const [slow, reached] = [join(scene.directory, 'git'), join(scene.directory, 'reached')]
  await writeFile(slow, `#!/bin/sh\n${halts(reached)}\nexec git "$@"\n`)
  await chmod(slow, 0o755)
  const settings = JSON.stringify({ dataDirectory: join(scene.directory, 'data'), gitPath: slow, searchPath: process.env['PATH'] })
  const program = `
    const { gitConfig, gitVcs } = await import(${JSON.stringify(new URL('../git.ts', import.meta.url).href)})
    const vcs = await gitVcs.open(gitConfig.parse({ ...${settings}, ${options} }))
    await vcs.${does}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' })
  const there = () => readFile(reached, 'utf8').then((text) => text.endsWith('\n'), () => false)
  while (!(await there())) {
    assert.equal(child.exitCode, null)
    await setTimeout(20)
  }
  return {
    said: (await readFile(reached, 'utf8')).trim().split(' ').slice(1),
    kill: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
      const left = Number.parseInt(await readFile(reached, 'utf8'), 10)
      for (let tries = 0; tries < 250 && (await access(`/proc/${left}/exe`).then(() => true, () => false)); tries += 1) await setTimeout(20)
      await assert.rejects(access(`/proc/${left}/exe`), 'its git goes on')
    },
  }
}

/** Delivers with a git that halts before it writes the branch. */
async function startDelivery(scene: Scene, checkpoint: string) {
  await mkdir(join(scene.user, '.git/refs/heads/codeforge'))
  return startElsewhere(scene, {
    halts: (reached) => `case "$1" in update-ref) : > "${scene.user}/.git/refs/heads/codeforge/run-1.lock"; ${halted(reached)} ;; esac`,
    does: `deliverBranch(${JSON.stringify(source(scene))}, ${JSON.stringify(delivery(checkpoint))}, new AbortController().signal)`,
  })
}

describe('what killed processes leave behind', { concurrency: 2 }, () => {
  test('a delivery that was killed in the middle is completed by the next one', async () => {
    await using scene = await aScene(open)
    const checkpoint = await work(scene)
    const child = await startDelivery(scene, checkpoint)
    await child.kill()
    const lock = join(scene.user, '.git/refs/heads/codeforge/run-1.lock')
    await assert.rejects(scene.vcs.deliverBranch(source(scene), delivery(checkpoint), never), { code: 'delivery-failed', message: /run-1\.lock/ }, 'a lock this young may be somebody\'s')
    await plantLock(lock, 120)
    assert.equal((await scene.vcs.deliverBranch(source(scene), delivery(checkpoint), never)).created, true)
    assert.equal(await git(scene.user, 'show', 'codeforge/run-1:a.txt'), 'worked')
  })

  test('a git that was told a password ends with the process that told it', async () => {
    await using scene = await aScene(open)
    const child = await startElsewhere(scene, {
      halts: (reached) => `IFS= read -r user <&3; IFS= read -r password <&4; ${halted(reached, '$user $password')}`,
      options: "credentialHosts: ['127.0.0.1:9'], credentials: async () => ({ username: 'someone', password: 'secret' })",
      does: "inspect({ kind: 'remote', url: 'http://127.0.0.1:9/x.git' }, new AbortController().signal)",
    })
    assert.deepEqual(child.said, ['someone', 'secret'])
    await child.kill()
  })

  test('old locks in our own repositories are no obstacle', async () => {
    await using scene = await aScene(open)
    const url = join(scene.directory, 'remote.git')
    await git(scene.directory, 'clone', '-q', '--bare', scene.user, url)
    const remote = { source: { kind: 'remote', url }, mode: 'clone' } as const
    const first = await scene.vcs.open(aRequest(scene, remote), never)
    await first[Symbol.asyncDispose]()
    await writeFiles(scene.user, { 'a.txt': 'newer\n' })
    await git(scene.user, 'commit', '-qam', 'newer')
    await git(scene.user, 'push', '-q', url, 'main')
    const [base] = await Array.fromAsync(glob(join(scene.directory, 'data/repositories/*/base.git')))
    for (const name of ['shallow.lock', 'refs/remotes/origin/main.lock']) await plantLock(join(base ?? '', name), 120)
    await using next = await scene.vcs.open(aRequest(scene, { ...remote, runId: 'run-2' }), never)
    assert.equal(next.baseCommit, await git(scene.user, 'rev-parse', 'HEAD'))
  })

  test('a lock of the user\'s own git is respected however old it is', async () => {
    await using scene = await aScene(open)
    const checkpoint = await work(scene)
    const lock = join(scene.user, '.git/index.lock')
    await plantLock(lock, 10_000)
    await assert.rejects(scene.vcs.commitLocal(source(scene), delivery(checkpoint), never), { code: 'conflict', message: /index\.lock/ })
    await access(lock)
    assert.equal(await git(scene.user, 'rev-parse', 'main'), await git(scene.user, 'rev-parse', 'HEAD'))
  })
})
