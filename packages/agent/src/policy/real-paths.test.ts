import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { realPathsOf } from './real-paths.ts'

const root = mkdtempSync(join(tmpdir(), 'codeforge-real-paths-'))
after(() => { rmSync(root, { recursive: true, force: true }) })
const workspace = join(root, 'workspace')
mkdirSync(join(workspace, 'src'), { recursive: true })
mkdirSync(join(root, 'outside'))
writeFileSync(join(workspace, 'src', 'a.ts'), '')
symlinkSync('../outside', join(workspace, 'out'))
symlinkSync('src', join(workspace, 'in'))
symlinkSync('../outside/new.txt', join(workspace, 'broken'))
symlinkSync('loop', join(workspace, 'loop'))
const realPaths = realPathsOf(workspace)

test('links inside the workspace lead to their targets, links out of it to absolute paths', () => {
  assert.deepEqual([realPaths('in/a.ts', false), realPaths('out/x/y', false), realPaths('.', false)], [['src/a.ts'], [join(root, 'outside/x/y')], ['.']])
})

test('a broken link leads to the file that writing to it would make', () => {
  assert.deepEqual(realPaths('broken', false), [join(root, 'outside/new.txt')])
})

test('a path through `..` is followed as the system does it, after the link', () => {
  assert.deepEqual(realPaths('out/../secret', false), [join(root, 'secret')])
})

test('a wildcard stands for every name that is there, and a loop of links for nothing that is known', () => {
  const found = [realPaths('o*', true), realPaths('*/a.ts', true), realPaths('none*', true), realPaths('loop', false)]
  assert.deepEqual(found, [[join(root, 'outside')], ['src/a.ts', 'src/a.ts'], [], [null]])
})

test('a slash at the end changes nothing', () => {
  assert.deepEqual([realPaths('src/', false), realPaths('new/', false), realPaths(join(root, 'no/'), false)], [['src'], ['new'], [join(root, 'no')]])
})
