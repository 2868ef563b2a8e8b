import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawnTied } from './spawn-tied.ts'

const here = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href)

/** What each way of asking git does in a process of its own, which is then killed. */
const ways = {
  once: `const { runGit } = await import(${here('run-git.ts')}); await runGit(root, ['status'], path, signal)`,
  'by a lister': `const { createGitLister } = await import(${here('git-lister.ts')}); await createGitLister(path).list(root, signal)`,
  'for its history': `const { readCommits } = await import(${here('../history/commits.ts')}); await readCommits(root, { most: 5, searchPath: path }, signal)`,
}

for (const [way, does] of Object.entries(ways)) {
  test(`a git that was asked ${way} and waits for ever ends with whoever asked, however that one ends`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'codeforge-tied-'))
    const waiting = join(directory, 'waiting')
    execFileSync('mkfifo', [join(directory, 'pipe')])
    // In place of a git that meets a pipe: it says who it is, and waits for a writer that never comes.
    writeFileSync(
      join(directory, 'git'),
      `#!/bin/sh\necho $$ > "${waiting}.new"; mv "${waiting}.new" "${waiting}"\nread -r _ < "${join(directory, 'pipe')}"\n`,
      { mode: 0o755 },
    )
    const asking = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `
      const [root, path, signal] = ['/', ${JSON.stringify(`${directory}:/usr/bin:/bin`)}, new AbortController().signal]
      ${does}`,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    while (!existsSync(waiting)) {
      assert.equal(asking.exitCode, null)
      await sleep(10)
    }
    const git = Number(readFileSync(waiting, 'utf8'))
    assert.ok(existsSync(`/proc/${git}`))
    asking.kill('SIGKILL')
    await once(asking, 'exit')
    for (let tries = 0; tries < 500 && existsSync(`/proc/${git}/exe`); tries += 1) await sleep(10)
    assert.equal(existsSync(`/proc/${git}/exe`), false, 'it goes on')
    rmSync(directory, { recursive: true })
  })
}

test('a tied program is given what is written to it, and its end and both outputs are told', async () => {
  const child = spawnTied('sh', ['-c', 'cat; echo complaint >&2; exit 3'], { env: { PATH: '/usr/bin:/bin' }, stdin: true, stderr: true })
  child.stdin?.end('hello')
  const closed = once(child, 'close')
  const [output, complaint, [code]] = await Promise.all([text(child.stdout as Readable), text(child.stderr as Readable), closed])
  assert.deepEqual([output, complaint, code], ['hello', 'complaint\n', 3])
})

test('nothing of a tied program is left when it has ended', async () => {
  const child = spawnTied('sh', ['-c', 'exit 0'], { env: { PATH: '/usr/bin:/bin' } })
  child.stdout?.resume()
  await once(child, 'close')
  const left = (): string => execFileSync('sh', ['-c', `ps -eo pgid= | grep -cw ${child.pid} || true`], { encoding: 'utf8' }).trim()
  for (let tries = 0; tries < 200 && left() !== '0'; tries += 1) await sleep(10)
  assert.equal(left(), '0')
})
