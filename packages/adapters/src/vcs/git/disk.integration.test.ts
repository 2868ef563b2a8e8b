import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { aScene, git } from '@codeforge/ports/testing/vcs-scene'
import { inMountNamespace, smallDisk, withoutMountNamespaces } from '@codeforge/testing/mount-namespace'
import { gitConfig, gitVcs } from '../git.ts'

const megabytes = 8

/**
 * Works on a disk of its own, which only it sees: each thing is done once while the disk is full and once after space was made.
 * The user's repository lies on it as well, so that a delivery has to write there.
 */
const program = (module: string, user: string, disk: string): string => `
const { closeSync, cpSync, openSync, rmSync, writeFileSync, writeSync } = await import('node:fs')
const { gitConfig, gitVcs } = await import(${JSON.stringify(module)})
const [disk, never] = [${JSON.stringify(disk)}, new AbortController().signal]
cpSync(${JSON.stringify(user)}, disk + '/user', { recursive: true })
const source = { kind: 'local', path: disk + '/user' }
const request = { attempt: 1, mode: 'worktree', source, baseRef: null, includeDirty: false, reuse: [], checkpoint: null, bundle: null }
await using vcs = await gitVcs.open(gitConfig.parse({ dataDirectory: disk + '/data', warmTrees: 0, overlay: false }))
const outcome = async (work) => work().then(() => 'done', ({ code, message }) => code + ': ' + message)
const fill = () => {
  const file = openSync(disk + '/filler', 'w')
  try {
    for (let left = ${megabytes * 1024}; left > 0; left -= 1) writeSync(file, Buffer.alloc(4096))
    throw new Error('the disk is larger than it was made')
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}
const twice = async (work) => {
  fill()
  const full = await outcome(work)
  rmSync(disk + '/filler')
  return [full, await outcome(work)]
}
await using workspace = await vcs.open({ ...request, runId: 'run-1' }, never)
const zero = await workspace.checkpoint('zero', never)
writeFileSync(workspace.path + '/large.txt', 'line\\n'.repeat(20_000))
const checkpoint = await twice(() => workspace.checkpoint('one', never))
const one = await workspace.checkpoint('one', never)
const restore = await twice(() => workspace.restore(zero.id, never).then(() => workspace.restore(one.id, never)))
const opening = await twice(async () => (await vcs.open({ ...request, runId: 'run-2' }, never))[Symbol.asyncDispose]())
const delivery = { checkpoint: one.id, branch: 'codeforge/run-1', message: 'Deliver', author: { name: 'A', email: 'a@example.org' } }
const branch = await twice(() => vcs.deliverBranch(source, delivery, never))
const commit = await twice(() => vcs.commitLocal(source, { ...delivery, message: 'Commit' }, never))
const { execFileSync } = await import('node:child_process')
const fsck = execFileSync('git', ['fsck', '--strict'], { cwd: disk + '/user' }).toString()
const text = execFileSync('git', ['show', 'HEAD:large.txt'], { cwd: disk + '/user' }).toString().length
const status = execFileSync('git', ['status', '--porcelain'], { cwd: disk + '/user' }).toString()
console.log(JSON.stringify({ checkpoint, restore, opening, branch, commit, fsck, text, status }))
`

test('a full disk is named as such wherever it is met, nothing is broken by it, and the same goes well once there is space', { skip: await withoutMountNamespaces(), timeout: 120_000 }, async () => {
  await using scene = await aScene((dataDirectory) => gitVcs.open(gitConfig.parse({ dataDirectory })))
  const disk = join(scene.directory, 'disk')
  const module = new URL('../git.ts', import.meta.url).href
  const [command = '', ...args] = [...inMountNamespace([smallDisk(disk, megabytes)]), process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program(module, scene.user, disk)]
  const { stdout } = await promisify(execFile)(command, args, { env: { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_GLOBAL: '/dev/null' } })
  const { fsck, text, status, ...done } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
  for (const [what, [full, afterwards]] of Object.entries(done as Record<string, readonly [string, string]>)) {
    assert.match(full, /^disk-full: .*no space left on device/is, what)
    assert.equal(afterwards, 'done', what)
  }
  assert.deepEqual({ fsck, text, status }, { fsck: '', text: 100_000, status: '' })
  assert.equal(await git(scene.user, 'status', '--porcelain'), '')
})
