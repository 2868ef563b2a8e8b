import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import type { Deriver, IndexedTree } from './indexed-tree.ts'
import { openIndex } from './open-index.ts'

const signal = new AbortController().signal

/** A folder of its own, with files in it, that goes when the test ends. */
function aRepository(files: Readonly<Record<string, string>>, { git = true } = {}) {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'index-'))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, 'tree', path)), { recursive: true })
    writeFileSync(join(root, 'tree', path), text)
  }
  for (const [path, text] of Object.entries(files)) write(path, text)
  if (git) execFileSync('git', ['init', '-q', join(root, 'tree')])
  return {
    tree: join(root, 'tree'),
    store: join(root, 'store'),
    write,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}

function open({ tree, store }: { tree: string; store: string }, more: { derivers?: readonly Deriver[]; threads?: number } = {}) {
  return openIndex({ root: tree, storeDirectory: store, ...more }, signal)
}

const outline = (tree: IndexedTree): string[] =>
  tree.files.map(
    (file) =>
      `${file.path}: ${tree
        .facts(file)
        .definitions.map(({ name }) => name)
        .join(' ')}`,
  )

describe('the index of a repository', () => {
  it('knows what files define at once, and exactly once the grammars have read them', async () => {
    using repository = aRepository({
      'src/a.ts': 'export function first() {}\n',
      'b.py': 'class Second:\n  def run(self): pass\n',
      '.gitignore': 'out/\n',
      'out/c.ts': 'class No {}',
      'README.md': '# Title\n',
    })
    using index = await open(repository)
    const quick = await index.update(signal)
    assert.deepEqual(outline(quick), ['.gitignore: ', 'README.md: Title', 'b.py: Second run', 'src/a.ts: first'])
    assert.equal(quick.exact, false)
    const exact = await index.complete(quick, signal)
    assert.deepEqual(outline(exact), outline(quick))
    assert.equal(exact.exact, true)
    assert.deepEqual([exact.report.parsed, exact.files.filter((file) => file.exact).length], [2, 2])
    assert.notEqual(exact.version, quick.version)
  })

  it('reads nothing of a tree that it has seen, and only what changed of another one', async () => {
    using repository = aRepository(
      Object.fromEntries(Array.from({ length: 40 }, (_, number) => [`f${number}.ts`, `export const value${number} = ${number}\n`])),
    )
    const past = new Date(Date.now() - 10_000)
    {
      using index = await open(repository)
      const tree = await index.complete(await index.update(signal), signal)
      assert.deepEqual([tree.report.parsed, tree.exact], [40, true])
    }
    using index = await open(repository)
    const same = await index.update(signal)
    assert.deepEqual([same.report.scanned, same.exact], [0, true])
    repository.write('f7.ts', 'export const other = 1\n')
    execFileSync('touch', ['-d', past.toISOString(), join(repository.tree, 'f7.ts')])
    const changed = await index.update(signal)
    assert.deepEqual([changed.report.scanned, changed.exact], [1, false])
    const complete = await index.complete(changed, signal)
    assert.deepEqual([complete.report.parsed, complete.exact], [1, true])
  })

  it('shares what it knows between the worktrees of a repository', async () => {
    using repository = aRepository({ 'a.ts': 'export function shared() {}\n' })
    const git = (...args: string[]) => execFileSync('git', ['-C', repository.tree, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args])
    git('add', '.')
    git('commit', '-qm', 'first')
    git('worktree', 'add', '-q', '../other')
    {
      using index = await open(repository)
      await index.complete(await index.update(signal), signal)
    }
    using index = await open({ ...repository, tree: join(repository.tree, '../other') })
    const tree = await index.update(signal)
    assert.deepEqual([tree.report.scanned, tree.exact, outline(tree)], [0, true, ['a.ts: shared']])
  })

  it('gives the same tree whenever it is built, in whatever order its threads end', async () => {
    using repository = aRepository(
      Object.fromEntries(
        Array.from({ length: 90 }, (_, number) => [
          `d${number % 7}/f${number}.ts`,
          `export class C${number} { run() { return helper${number % 5}() } }\n`,
        ]),
      ),
    )
    const versions = []
    for (const [store, threads] of [
      ['one', 1],
      ['two', 2],
      ['three', 3],
    ] as const) {
      using index = await open({ ...repository, store: join(repository.store, store) }, { threads })
      const tree = await index.complete(await index.update(signal), signal)
      versions.push(`${tree.version} ${JSON.stringify(tree.files.map((file) => tree.facts(file)))}`)
    }
    assert.equal(new Set(versions).size, 1)
  })

  it('stops when it is told to, and goes on from there', async () => {
    using repository = aRepository(
      Object.fromEntries(Array.from({ length: 400 }, (_, number) => [`f${number}.ts`, `export const v${number} = 1\n`])),
    )
    using index = await open(repository)
    const stop = new AbortController()
    const stopped = index.update(stop.signal, { onProgress: ({ stage }) => stage === 'scan' && stop.abort(new Error('enough')) })
    await assert.rejects(stopped, /enough/)
    const tree = await index.update(signal)
    assert.equal(tree.files.length, 400)
    assert.ok(tree.report.scanned < 400, `${tree.report.scanned} were scanned again`)
  })

  it('needs no git', async () => {
    using repository = aRepository(
      { 'a/b.go': 'package b\nfunc Run() {}\n', 'a/.gitignore': '*.tmp\n!keep.tmp\n', 'a/x.tmp': 'x', 'a/keep.tmp': 'kept' },
      { git: false },
    )
    using index = await open(repository)
    assert.deepEqual(outline(await index.update(signal)), ['a/.gitignore: ', 'a/b.go: Run', 'a/keep.tmp: '])
  })
})
