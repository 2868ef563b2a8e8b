import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { readHeadFile } from './read-head.ts'

function aRepository() {
  const folder = mkdtempSync(join(tmpdir(), 'head-'))
  const root = join(folder, 'tree')
  mkdirSync(root)
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { encoding: 'utf8', stdio: 'pipe' }).trim()
  git('init', '-q')
  git('commit', '-q', '--allow-empty', '-m', 'first')
  return { folder, root, git, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

describe('the commit a tree is at', () => {
  it('is what git says, on a branch, without one, and in a worktree', () => {
    using tree = aRepository()
    assert.equal(readHeadFile(tree.root), tree.git('rev-parse', 'HEAD'))
    tree.git('worktree', 'add', '-q', '-b', 'other/branch', join(tree.folder, 'second'))
    tree.git('commit', '-q', '--allow-empty', '-m', 'second')
    assert.equal(readHeadFile(tree.root), tree.git('rev-parse', 'HEAD'))
    assert.equal(readHeadFile(join(tree.folder, 'second')), tree.git('rev-parse', 'other/branch'))
    tree.git('checkout', '-q', '--detach', 'HEAD~1')
    assert.equal(readHeadFile(tree.root), tree.git('rev-parse', 'HEAD'))
  })

  it('is left to git where its files do not say it', () => {
    using tree = aRepository()
    tree.git('pack-refs', '--all')
    assert.equal(readHeadFile(tree.root), null)
    mkdirSync(join(tree.root, 'within'))
    assert.equal(readHeadFile(join(tree.root, 'within')), null)
    writeFileSync(join(tree.root, '.git', 'HEAD'), 'ref: refs/../../outside')
    assert.equal(readHeadFile(tree.root), null)
  })
})
