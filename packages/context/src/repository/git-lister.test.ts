import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createGitLister } from './git-lister.ts'

const signal = new AbortController().signal
let directory: string
let root: string

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'git-lister-'))
  root = join(directory, 'with space "and" $(quotes)')
  mkdirSync(root)
  execFileSync('git', ['init', '-q', root])
})
after(() => rmSync(directory, { recursive: true, force: true }))

async function names(lister: ReturnType<typeof createGitLister>): Promise<readonly string[] | null> {
  return (await lister.list(root, signal))?.toString('utf8').split('\0').slice(0, -1) ?? null
}

describe('a lister that keeps a shell', () => {
  it('answers each question anew, also where names look like an exit code', async () => {
    using lister = createGitLister(undefined)
    assert.deepEqual(await names(lister), [])
    writeFileSync(join(root, '5'), '')
    assert.deepEqual(await names(lister), ['5'])
    writeFileSync(join(root, 'line\nbreak'), '')
    assert.deepEqual(await names(lister), ['5', 'line\nbreak'])
  })

  it('answers questions that are asked at once', async () => {
    using lister = createGitLister(undefined)
    const [one, other] = await Promise.all([names(lister), names(lister)])
    assert.deepEqual(one, other)
    assert.ok(one?.includes('5'))
  })

  it('has no answer where git knows no repository, and goes on', async () => {
    using lister = createGitLister(undefined)
    assert.equal(await lister.list('/', signal), null)
    assert.ok((await names(lister))?.includes('5'))
  })

  it('has no answer where there is no git', async () => {
    using lister = createGitLister('/nowhere')
    assert.equal(await lister.list(root, signal), null)
  })

  it('has no answer where git waits for a pipe, and goes on', async () => {
    const trap = join(directory, 'trap')
    execFileSync('git', ['init', '-q', trap])
    execFileSync('mkfifo', [join(trap, '.gitignore')])
    using lister = createGitLister(undefined, { limitMs: 300 })
    assert.equal(await lister.list(trap, signal), null)
    assert.ok((await names(lister))?.includes('5'))
  })

  it('goes on after a question was given up', async () => {
    using lister = createGitLister(undefined)
    const given = new AbortController()
    const asked = lister.list(root, given.signal)
    given.abort(new Error('enough'))
    await assert.rejects(asked, /enough/)
    assert.ok((await names(lister))?.includes('5'))
  })

  it('lets the program end while it waits for a question', () => {
    const script = `
      const { createGitLister } = await import(${JSON.stringify(new URL('./git-lister.ts', import.meta.url).href)})
      const names = await createGitLister(undefined).list(${JSON.stringify(root)}, new AbortController().signal)
      console.log(names.toString().split('\\0')[0])`
    const said = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 30_000,
    })
    assert.equal(said, '5\n')
  })
})
