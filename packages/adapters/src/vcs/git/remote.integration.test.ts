import assert from 'node:assert/strict'
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'
import { describe, test } from 'node:test'
import { aRequest, aScene, filesOf, git, type Scene, writeFiles } from '@codeforge/ports/testing/vcs-scene'
import type { z } from 'zod'
import { gitConfig, gitVcs } from '../git.ts'

const never = new AbortController().signal
const openWith = (options: Partial<z.input<typeof gitConfig>>) => (dataDirectory: string) => gitVcs.open(gitConfig.parse({ dataDirectory, ...options }))
const open = openWith({})
const password = 'correct-horse-battery'

describe('remote repositories', { concurrency: 4 }, () => {
  test('a clone is shallow, a worktree has the history, and both come from one base clone that is fetched, not made again', async () => {
    await using scene = await aScene(open)
    await git(scene.user, 'commit', '-q', '--allow-empty', '-m', 'second')
    const source = { kind: 'remote', url: `file://${scene.user}` } as const
    const logs: string[] = []
    for (const [at, mode] of (['clone', 'worktree', 'clone'] as const).entries()) {
      await using workspace = await scene.vcs.open(aRequest(scene, { runId: `run-${at}`, mode, source }), never)
      logs.push(await git(workspace.path, 'log', '--format=%s'))
    }
    assert.deepEqual([logs, (await readdir(join(scene.directory, 'data/repositories'))).length], [['second', 'second\nfirst', 'second\nfirst'], 1])
  })

  test('a new commit of the remote is seen by the next run', async () => {
    await using scene = await aScene(open)
    const source = { kind: 'remote', url: scene.user } as const
    await using _first = await scene.vcs.open(aRequest(scene, { source }), never)
    await writeFiles(scene.user, { 'a.txt': 'newer\n' })
    await git(scene.user, 'commit', '-qam', 'newer')
    await using second = await scene.vcs.open(aRequest(scene, { runId: 'run-2', source }), never)
    assert.equal((await filesOf(second.path))['a.txt'], 'newer\n')
  })

  test('tags and other branches can be the base', async () => {
    await using scene = await aScene(open)
    await git(scene.user, 'tag', 'v1')
    await git(scene.user, 'checkout', '-qb', 'other')
    await writeFiles(scene.user, { 'a.txt': 'other\n' })
    await git(scene.user, 'commit', '-qam', 'other')
    const texts: (string | undefined)[] = []
    for (const baseRef of ['other', 'v1', 'main']) {
      await using workspace = await scene.vcs.open(aRequest(scene, { runId: `run-${baseRef}`, mode: 'clone', source: { kind: 'remote', url: scene.user }, baseRef }), never)
      texts.push((await filesOf(workspace.path))['a.txt'])
    }
    assert.deepEqual(texts, ['other\n', 'one\n', 'one\n'])
  })

  test('inspecting a remote names its default branch and branches', async () => {
    await using scene = await aScene(open)
    await git(scene.user, 'branch', 'feature')
    assert.deepEqual(await scene.vcs.inspect({ kind: 'remote', url: scene.user }, never), { defaultBranch: 'main', head: await git(scene.user, 'rev-parse', 'HEAD'), branches: ['feature', 'main'], dirty: false })
  })

  test('addresses that run a program, name an option or carry a password are refused', async () => {
    await using scene = await aScene(open)
    for (const url of ['ext::sh -c true', '--upload-pack=sh', 'https://user:secret@example.org/x', 'fd::17', 'gopher://x/y']) {
      await assert.rejects(scene.vcs.open(aRequest(scene, { source: { kind: 'remote', url } }), never), { code: 'invalid-input' })
    }
  })

  test('credentials reach an http remote and appear in no argument, environment, file or error', async () => {
    await using scene = await aScene(open)
    await using server = await serveDumb(scene, password)
    const spy = await spyOnGit(scene)
    const credentials = async () => ({ username: 'x-token', password })
    await using vcs = await openWith({ gitPath: spy.gitPath, credentials, credentialHosts: [server.host] })(join(scene.directory, 'spied'))
    await using workspace = await vcs.open(aRequest(scene, { source: { kind: 'remote', url: server.url } }), never)
    assert.equal((await filesOf(workspace.path))['a.txt'], 'one\n')
    assert.doesNotMatch(await spy.seen(), new RegExp(password))
    await assertNowhere(join(scene.directory, 'spied'), password)
  })

  test('wrong credentials fail at once, without a prompt and without naming them', async () => {
    await using scene = await aScene(open)
    await using server = await serveDumb(scene, password)
    await using vcs = await openWith({ credentials: async () => ({ username: 'x', password: 'wrong-one' }), credentialHosts: [server.host] })(join(scene.directory, 'other'))
    const error = await vcs.open(aRequest(scene, { source: { kind: 'remote', url: server.url } }), never).then(() => null, (failure: Error) => failure)
    assert.match(String(error), /Authentication failed/)
    assert.doesNotMatch(String(error), /wrong-one/)
  })

  test('a host that was not named gets no credentials, also where a named one redirects to it', async () => {
    await using scene = await aScene(open)
    await using server = await serveDumb(scene, password)
    await using redirecting = await redirectTo(server.url)
    const asked: string[] = []
    const credentials = async (url: string) => {
      asked.push(url)
      return { username: 'x-token', password }
    }
    await using vcs = await openWith({ credentials, credentialHosts: [redirecting.host] })(join(scene.directory, 'other'))
    const reasons: string[] = []
    for (const [at, url] of [server.url, redirecting.url].entries()) {
      await vcs.open(aRequest(scene, { runId: `run-${at}`, source: { kind: 'remote', url } }), never).catch((error: Error) => reasons.push(error.message))
    }
    assert.equal(reasons.length, 2)
    assert.match(reasons[0] ?? '', /git\.tokenHosts/)
    assert.deepEqual([asked, server.authorized()], [[redirecting.url], 0])
  })
})

/** Serves the repository of the user as plain files, behind a password. */
async function serveDumb(scene: Scene, expected: string): Promise<AsyncDisposable & { readonly url: string; readonly host: string; authorized(): number }> {
  const root = join(scene.directory, 'served.git')
  await git(scene.directory, 'clone', '-q', '--bare', scene.user, root)
  await git(root, 'update-server-info')
  const wanted = `Basic ${Buffer.from(`x-token:${expected}`).toString('base64')}`
  let authorized = 0
  const server = createServer((request, response) => {
    if (request.headers.authorization !== undefined) authorized += 1
    if (request.headers.authorization !== wanted) return void response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end()
    const path = normalize(new URL(request.url ?? '/', 'http://x').pathname).replace('/served.git', '')
    readFile(join(root, path)).then((body) => response.end(body), () => response.writeHead(404).end())
  })
  return { ...(await listen(server, '/served.git')), authorized: () => authorized }
}

async function redirectTo(url: string): Promise<AsyncDisposable & { readonly url: string; readonly host: string }> {
  return listen(createServer((request, response) => response.writeHead(302, { location: `${url}${(request.url ?? '').replace('/moved.git', '')}` }).end()), '/moved.git')
}

async function listen(server: Server, path: string): Promise<AsyncDisposable & { readonly url: string; readonly host: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `http://${host}${path}`,
    host,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A git that notes its arguments and its environment, then does its work. */
async function spyOnGit(scene: Scene): Promise<{ readonly gitPath: string; seen(): Promise<string> }> {
  const [gitPath, notes] = [join(scene.directory, 'spy-git'), join(scene.directory, 'notes')]
  await writeFile(gitPath, `#!/bin/sh\n{ echo "$@"; env; } >> "${notes}"\nexec git "$@"\n`)
  await chmod(gitPath, 0o755)
  return { gitPath, seen: () => readFile(notes, 'utf8') }
}

async function assertNowhere(directory: string, text: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) assert.ok(!(await readFile(join(entry.parentPath, entry.name))).includes(text), entry.name)
  }
}
