import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'
import { parseLog, readCommits, readHead } from './commits.ts'

const run = promisify(execFile)
const signal = new AbortController().signal

it('past changes count for the name a file has now', async () => {
  const root = await mkdtemp(join(tmpdir(), 'codeforge-history-'))
  const git = (...args: readonly string[]) => run('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args])
  try {
    await git('init', '-q')
    await writeFile(join(root, 'old name.ts'), 'one\ntwo\nthree\n')
    await git('add', '.')
    await git('commit', '-qm', 'Begin\n\nwith a body')
    await git('mv', 'old name.ts', 'new.ts')
    await git('commit', '-qm', 'Rename')
    const commits = await readCommits(root, { most: 10 }, signal)
    assert.deepEqual(
      commits.map(({ message, files }) => [message, files]),
      [
        ['Rename', ['new.ts']],
        ['Begin\n\nwith a body', ['new.ts']],
      ],
    )
    assert.equal(await readHead(root, undefined, signal), commits[0]?.id)
    assert.equal((await readCommits(root, { most: 1 }, signal)).length, 1)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})

it('a partial clone, which lacks old texts, has its past changes all the same', async () => {
  const root = await mkdtemp(join(tmpdir(), 'codeforge-history-'))
  const git = (...args: readonly string[]) => run('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args])
  const lines = Array.from({ length: 40 }, (_, line) => `line ${line}`)
  try {
    await git('init', '-q')
    await writeFile(join(root, 'old.ts'), lines.join('\n'))
    await git('add', '.')
    await git('commit', '-qm', 'Begin')
    const { stdout: blob } = await git('rev-parse', 'HEAD:old.ts')
    await git('mv', 'old.ts', 'new.ts')
    await writeFile(join(root, 'new.ts'), [...lines, 'one more'].join('\n'))
    await git('commit', '-qam', 'Rename and change')
    await rm(join(root, '.git', 'objects', blob.slice(0, 2), blob.trim().slice(2)))
    const commits = await readCommits(root, { most: 10 }, signal)
    assert.deepEqual(
      commits.map(({ message, files }) => [message, files.length]),
      [
        ['Rename and change', 2],
        ['Begin', 1],
      ],
    )
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})

it('a directory without history has no past changes', async () => {
  const root = await mkdtemp(join(tmpdir(), 'codeforge-history-'))
  try {
    assert.deepEqual(await readCommits(root, { most: 10 }, signal), [])
    assert.equal(await readHead(root, undefined, signal), '')
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})

it('a change of very many files is left out', () => {
  const files = Array.from({ length: 61 }, (_, at) => `M\tfile${at}`).join('\n')
  assert.deepEqual(parseLog(`\x01a\x021\x02Reformat\x02\n${files}\n`), [])
})
