import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createGit, type Git } from './command.ts'

const never = new AbortController().signal
const call = (...args: string[]) => ({ args, environment: {} })

/** A program in git's place whose first argument is what it shall do. */
async function aGit(): Promise<Git & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'codeforge-git-'))
  const gitPath = join(directory, 'git')
  await writeFile(gitPath, '#!/bin/sh\neval "$1"\n')
  await chmod(gitPath, 0o755)
  return { ...createGit({ gitPath, dataDirectory: directory, searchPath: '/usr/bin:/bin', maxConcurrent: 2, maxOutputBytes: 1000 }), [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }
}

test('a reader that has all it needs and ends before the writer closes the pipe is no failure', async () => {
  await using git = await aGit()
  await git.pipe(call('echo all; sleep 0.1; exit 0'), call('read line'), never)
})

test('a reader that fails is what went wrong, not the pipe that it broke', async () => {
  await using git = await aGit()
  await assert.rejects(git.pipe(call('while :; do echo more || exit; done'), call('echo "no space left on device" >&2; exit 1'), never), { code: 'disk-full' })
})

test('a writer that fails is what went wrong, not the reader that misses the rest', async () => {
  await using git = await aGit()
  await assert.rejects(git.pipe(call('echo "bad object" >&2; exit 128'), call('read line || exit 1'), never), { code: 'git-failed', message: /bad object/ })
})
