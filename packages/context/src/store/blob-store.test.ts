import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openBlobStore } from './blob-store.ts'

function aFile() {
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  return { path: join(folder, 'blobs.index'), [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

const hashOf = (text: string): string => createHash('sha1').update(text).digest('hex')
const valueOf = (number: number): Buffer => Buffer.from(`value ${number} `.repeat(1 + (number % 200)))
const values = Array.from({ length: 300 }, (_, number) => ({
  hash: hashOf(`${number}`),
  kind: number % 3 === 0 ? 'facts' : 'words',
  value: valueOf(number),
}))

/** A number that is the same in each run of the tests. */
function chance(seed: number, below: number): number {
  return createHash('sha1').update(`${seed}`).digest().readUInt32BE() % below
}

describe('the store of values by content', () => {
  it('gives back what it was given, to whoever opens the file next', () => {
    using file = aFile()
    {
      using store = openBlobStore(file.path)
      store.put(values)
      store.putNamed('tree', () => [Buffer.from('mani'), Buffer.from('fest')])
    }
    using store = openBlobStore(file.path)
    for (const { hash, kind, value } of values) assert.deepEqual(Buffer.from(store.get(hash, kind) ?? []), value)
    assert.equal(store.get(hashOf('1'), 'facts'), undefined)
    assert.equal(Buffer.from(store.named('tree') ?? []).toString(), 'manifest')
  })

  it('never gives a wrong value, nor fails, after any byte of its file was changed or its end was lost', () => {
    using file = aFile()
    {
      using store = openBlobStore(file.path)
      store.put(values)
    }
    const whole = readFileSync(file.path)
    let lost = 0
    for (let seed = 0; seed < 60; seed++) {
      const damaged = seed % 2 === 0 ? Buffer.from(whole.subarray(0, chance(seed, whole.byteLength))) : Buffer.from(whole)
      if (seed % 2 === 1)
        for (let more = 0; more < 8; more++) damaged[chance(seed * 100 + more, damaged.byteLength)] = chance(seed + more, 256)
      for (const suffix of ['-wal', '-shm']) rmSync(file.path + suffix, { force: true })
      writeFileSync(file.path, damaged)
      using store = openBlobStore(file.path)
      for (const { hash, kind, value } of values) {
        const found = store.get(hash, kind)
        if (found === undefined) lost += 1
        else assert.deepEqual(Buffer.from(found), value)
      }
      store.put(values)
      for (const { hash, kind, value } of values) assert.deepEqual(Buffer.from(store.get(hash, kind) ?? value), value)
    }
    assert.ok(lost > 0, 'no damage was ever met')
  })

  it('works again once a file that was no store is in its place', () => {
    using file = aFile()
    writeFileSync(file.path, 'this is no database '.repeat(1000))
    using store = openBlobStore(file.path)
    store.put(values)
    assert.deepEqual(Buffer.from(store.get(hashOf('7'), 'words') ?? []), valueOf(7))
  })

  it('keeps what was written when a process is killed in the middle of writing', () => {
    using file = aFile()
    const script = `
      import { openBlobStore } from ${JSON.stringify(new URL('./blob-store.ts', import.meta.url).href)}
      const store = openBlobStore(${JSON.stringify(file.path)})
      store.put([{ hash: '${hashOf('first')}', kind: 'a', value: Buffer.from('first') }])
      const more = function* () { for (let n = 0; n < 1000; n++) { if (n === 500) process.kill(process.pid, 'SIGKILL'); yield { hash: '${hashOf('second')}', kind: 'k' + n, value: Buffer.alloc(1000) } } }
      store.put({ [Symbol.iterator]: more, length: 1000 })`
    assert.throws(() =>
      execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], { stdio: 'ignore' }),
    )
    using store = openBlobStore(file.path)
    assert.equal(Buffer.from(store.get(hashOf('first'), 'a') ?? []).toString(), 'first')
    assert.equal(store.get(hashOf('second'), 'k0'), undefined)
  })

  it('is shared by those who open it at once', () => {
    using file = aFile()
    using one = openBlobStore(file.path)
    using other = openBlobStore(file.path)
    one.put(values.slice(0, 10))
    other.put(values.slice(10, 20))
    for (const { hash, kind } of values.slice(0, 20)) assert.deepEqual(one.get(hash, kind), other.get(hash, kind))
  })

  it('drops the oldest values when it is too large, but none that is in use', () => {
    using file = aFile()
    using store = openBlobStore(file.path)
    const large = Array.from({ length: 400 }, (_, number) => ({
      hash: hashOf(`large ${number}`),
      kind: 'facts',
      value: Buffer.alloc(20_000, number),
    }))
    for (let at = 0; at < large.length; at += 50) store.put(large.slice(at, at + 50))
    const used = hashOf('large 3')
    store.evict(2_000_000, new Set([used]))
    assert.ok(store.bytes() < 3_000_000, `${store.bytes()} bytes are left`)
    assert.equal(store.get(hashOf('large 0'), 'facts'), undefined)
    assert.equal(store.get(used, 'facts')?.byteLength, 20_000)
  })
})
