import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { Deriver } from './indexed-tree.ts'
import type { IndexLimits } from './limits.ts'
import { openIndex } from './open-index.ts'

const signal = new AbortController().signal

function aTree() {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'hostile-'))
  const tree = join(root, 'tree')
  mkdirSync(tree)
  return {
    root,
    tree,
    at: (path: string) => join(tree, path),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  }
}

async function indexed(
  { root, tree }: { root: string; tree: string },
  more: { derivers?: readonly Deriver[]; limits?: Partial<IndexLimits> } = {},
) {
  using index = await openIndex({ root: tree, storeDirectory: join(root, 'store'), ...more }, signal)
  const found = await index.complete(await index.update(signal), signal)
  return {
    paths: found.files.map(({ path }) => path),
    skipped: Object.fromEntries(found.report.skipped.map(({ path, reason }) => [path, reason])),
    facts: (path: string) => found.facts(found.files.find((file) => file.path === path)!),
    exact: (path: string) => found.files.find((file) => file.path === path)?.exact,
  }
}

describe('a hostile repository', () => {
  for (const git of [true, false]) {
    it(`does not lead out of itself by links, nor round in circles${git ? '' : ', without git'}`, async () => {
      using tree = aTree()
      const outside = join(tree.root, 'outside')
      mkdirSync(outside)
      writeFileSync(join(outside, 'secret.ts'), 'export const secret = 1')
      mkdirSync(tree.at('src'))
      writeFileSync(tree.at('src/a.ts'), 'export const a = 1')
      symlinkSync('..', tree.at('src/up'))
      symlinkSync('loop', tree.at('loop'))
      symlinkSync(outside, tree.at('out'))
      symlinkSync(join(outside, 'secret.ts'), tree.at('link.ts'))
      execFileSync('mkfifo', [tree.at('pipe.ts'), ...(git ? [] : [tree.at('.gitignore')])])
      if (git) {
        mkdirSync(tree.at('was'))
        writeFileSync(tree.at('was/secret.ts'), '')
        execFileSync('git', ['init', '-q', tree.tree])
        execFileSync('git', ['-C', tree.tree, 'add', '.'])
        rmSync(tree.at('was'), { recursive: true })
        symlinkSync(outside, tree.at('was')) // a tracked path now leads outside
      }
      const { paths, skipped } = await indexed(tree)
      assert.deepEqual(paths, ['src/a.ts'])
      if (git) assert.match(skipped['was/secret.ts'] ?? '', /symbolic link/)
    })
  }

  it('without files of its own is refused, with what to do; one within another is named', async () => {
    using tree = aTree()
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { stdio: 'pipe' })
    git('init', '-q', '--bare', join(tree.root, 'bare.git'))
    await assert.rejects(indexed({ root: tree.root, tree: join(tree.root, 'bare.git') }), {
      code: 'repository-not-found',
      message: /worktree add/,
    })
    await assert.rejects(indexed({ root: tree.root, tree: join(tree.root, 'nowhere') }), {
      code: 'repository-not-found',
      message: /There is no directory/,
    })
    git('init', '-q', tree.tree)
    git('init', '-q', tree.at('within'))
    git('-C', tree.at('within'), 'commit', '-q', '--allow-empty', '-m', 'first')
    git('-C', tree.tree, 'add', 'within')
    const { paths, skipped } = await indexed(tree)
    assert.deepEqual([paths, Object.keys(skipped)], [[], ['within']])
  })

  it('runs nothing that its git configuration names', async () => {
    using tree = aTree()
    execFileSync('git', ['init', '-q', tree.tree])
    const trap = join(tree.root, 'trap.sh')
    writeFileSync(trap, `#!/bin/sh\ntouch ${join(tree.root, 'sprung')}\n`, { mode: 0o755 })
    for (const [key, value] of [
      ['core.fsmonitor', trap],
      ['core.pager', trap],
      ['filter.x.clean', trap],
      ['core.sshCommand', trap],
      ['diff.external', trap],
    ] as const)
      execFileSync('git', ['-C', tree.tree, 'config', key, value])
    writeFileSync(tree.at('.gitattributes'), '* filter=x\n')
    writeFileSync(tree.at('a.ts'), 'const a = 1')
    assert.deepEqual((await indexed(tree)).paths, ['.gitattributes', 'a.ts'])
    assert.equal(readdirSync(tree.root).includes('sprung'), false)
  })

  it('is read to its end: deep nesting, bytes that are no text, strange names, what is too large', async () => {
    using tree = aTree()
    writeFileSync(tree.at('deep.ts'), `const x = ${'[\n'.repeat(30_000)}${']\n'.repeat(30_000)}\nfunction after() {}\n`)
    writeFileSync(tree.at('open.js'), '({\n'.repeat(30_000))
    writeFileSync(
      tree.at('bytes.py'),
      Buffer.concat([
        Buffer.from('def good(): pass\n# '),
        Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x80]),
        Buffer.from('\ndef also(): pass\n'),
      ]),
    )
    writeFileSync(tree.at('zero.ts'), Buffer.from('const a\0= 1'))
    writeFileSync(tree.at('a\nb "c\'.ts'), 'function named() {}')
    writeFileSync(tree.at('quotes.ts'), `${'`${\n'.repeat(20_000)}\nfunction lost() {}`)
    writeFileSync(tree.at('line.js'), '')
    truncateSync(tree.at('line.js'), 50_000_000)
    writeFileSync(tree.at('wide.js'), `var a="${'x'.repeat(1_000_000)}";`)
    let folder = tree.tree
    for (let depth = 0; depth < 120; depth++) mkdirSync((folder = join(folder, 'd')))
    writeFileSync(join(folder, 'bottom.ts'), 'const b = 1')
    const { paths, skipped, facts } = await indexed(tree, { limits: { parseMilliseconds: 800 } })
    assert.deepEqual(
      paths.filter((path) => !path.startsWith('d/')),
      ['a\nb "c\'.ts', 'bytes.py', 'deep.ts', 'open.js', 'quotes.ts'],
    )
    assert.deepEqual(
      facts('bytes.py').definitions.map(({ name }) => name),
      ['good', 'also'],
    )
    assert.deepEqual(
      facts('a\nb "c\'.ts').definitions.map(({ name }) => name),
      ['named'],
    )
    assert.match(skipped['line.js'] ?? '', /50000000 bytes/)
    assert.match(skipped['wide.js'] ?? '', /minified/)
    assert.match(skipped['zero.ts'] ?? '', /binary/)
  })

  it('may change while it is read: the next look sees what is there then', async () => {
    using tree = aTree()
    writeFileSync(tree.at('a.ts'), 'export function before() {}\n')
    using index = await openIndex({ root: tree.tree, storeDirectory: join(tree.root, 'store') }, signal)
    const quick = await index.update(signal)
    appendFileSync(tree.at('a.ts'), 'export function appended() {}\n')
    const complete = await index.complete(quick, signal)
    assert.equal(complete.exact, false)
    const next = await index.update(signal)
    assert.deepEqual(
      next.facts(next.files[0]!).definitions.map(({ name }) => name),
      ['before', 'appended'],
    )
    rmSync(tree.at('a.ts'))
    assert.deepEqual((await index.update(signal)).files, [])
    assert.deepEqual(next.facts(next.files[0]!).definitions.length, 2) // what was seen stays known
  })

  it('costs a thread, not the index, where a file hangs or kills what reads it; the file is named', async () => {
    using tree = aTree()
    for (let number = 0; number < 40; number++) writeFileSync(tree.at(`f${number}.ts`), `export const v${number} = ${number}\n`)
    writeFileSync(tree.at('f7.ts'), 'hang here')
    writeFileSync(tree.at('f21.ts'), 'die here')
    writeFileSync(tree.at('f30.ts'), 'throw here')
    const deriver = {
      kind: 'trap',
      version: 1,
      module: new URL('../testing/trap-deriver.ts', import.meta.url).href,
      exportName: 'derive',
      usesFacts: false,
    }
    const { paths, skipped } = await indexed(tree, { derivers: [deriver], limits: { silenceMilliseconds: 1500 } })
    assert.equal(paths.length, 37)
    assert.match(skipped['f7.ts'] ?? '', /busy for more than 1500 ms/)
    assert.match(skipped['f21.ts'] ?? '', /ended a thread/)
    assert.match(skipped['f30.ts'] ?? '', /thrown by the deriver/)
  })
})
