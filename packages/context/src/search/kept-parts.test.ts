import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'
import { readEarly } from './kept-parts.ts'

const run = promisify(execFile)
const signal = new AbortController().signal

it('the past is read early where nothing was kept of it and the tree says its commit, and belongs to that commit', async () => {
  const root = await mkdtemp(join(tmpdir(), 'codeforge-early-'))
  const git = (...args: readonly string[]) => run('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args])
  const early = (kept: Uint8Array<ArrayBuffer> | undefined) => readEarly({ root, index: { recall: () => kept }, most: 10, searchPath: undefined }, signal)
  try {
    assert.equal(early(undefined), undefined)
    await git('init', '-q')
    await writeFile(join(root, 'a.ts'), 'one\n')
    await git('add', '.')
    await git('commit', '-qm', 'Begin')
    const underWay = early(undefined)
    const [commit, ...more] = (await underWay?.commits) ?? []
    assert.deepEqual([commit?.id, commit?.files, more], [underWay?.head, ['a.ts'], []])
    assert.equal(early(new Uint8Array(1)), undefined)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})
