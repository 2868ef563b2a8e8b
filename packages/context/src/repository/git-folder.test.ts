import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { countTracked, ownGitFolder } from './git-folder.ts'
import { repositoryName } from './identity.ts'

function aRepository() {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'folder-'))
  const root = join(folder, 'tree')
  mkdirSync(root)
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { encoding: 'utf8', stdio: 'pipe' }).trim()
  git('init', '-q')
  return { folder, root, git, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

describe('the folder of a repository', () => {
  it('is what git says, and its worktrees have the same name', async () => {
    using tree = aRepository()
    assert.equal(ownGitFolder(tree.root), join(tree.root, tree.git('rev-parse', '--git-common-dir')))
    tree.git('commit', '-q', '--allow-empty', '-m', 'first')
    tree.git('worktree', 'add', '-q', join(tree.folder, 'second'))
    assert.equal(ownGitFolder(join(tree.folder, 'second')), null)
    const { signal } = new AbortController()
    const name = await repositoryName(tree.root, undefined, signal)
    assert.equal(await repositoryName(join(tree.folder, 'second'), undefined, signal), name)
    mkdirSync(join(tree.root, 'within'))
    assert.equal(await repositoryName(join(tree.root, 'within'), undefined, signal), name)
  })

  it('is left to git where it is not as git makes it', () => {
    using tree = aRepository()
    writeFileSync(join(tree.root, '.git', 'HEAD'), 'nowhere\n')
    assert.equal(ownGitFolder(tree.root), null)
    rmSync(join(tree.root, '.git'), { recursive: true })
    assert.equal(ownGitFolder(tree.root), null)
  })

  it('tells how many files are tracked, and nothing where that is unknown', () => {
    using tree = aRepository()
    assert.equal(countTracked(tree.root), 0)
    for (let file = 0; file < 30; file += 1) writeFileSync(join(tree.root, `f${file}.ts`), '')
    tree.git('add', '.')
    assert.equal(countTracked(tree.root), 30)
    writeFileSync(join(tree.root, '.git', 'index'), 'no list')
    assert.equal(countTracked(tree.root), 0)
    rmSync(join(tree.root, '.git'), { recursive: true })
    assert.equal(countTracked(tree.root), 0)
  })
})
