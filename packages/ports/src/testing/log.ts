import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Redactor, Secret } from '@codeforge/contracts/secret'
import type { Log } from '../log.ts'

export type LogLine = Readonly<Record<string, unknown>>

export interface LogUnderTest extends AsyncDisposable {
  readonly log: Log
  /** What has been written so far, flushed. */
  lines(): Promise<readonly LogLine[]>
}

/** What every Log must do. The opener's log writes from level `debug` on and takes out what the redactor knows. */
export function describeLogContract(name: string, open: (redactor: Redactor) => Promise<LogUnderTest>): void {
  describe(`log contract: ${name}`, () => {
    test('writes level, message and fields, in order', async () => {
      await using subject = await open(new Redactor())
      subject.log.debug('one')
      subject.log.info('two', { runId: 'r-1', count: 3 })
      subject.log.warn('three')
      subject.log.error('four', { nested: { ok: true } })
      assert.deepEqual((await subject.lines()).map(withoutTime), [
        { level: 'debug', message: 'one' },
        { level: 'info', message: 'two', runId: 'r-1', count: 3 },
        { level: 'warn', message: 'three' },
        { level: 'error', message: 'four', nested: { ok: true } },
      ])
    })

    test('adds the fields of `with` to each line, and leaves the other log alone', async () => {
      await using subject = await open(new Redactor())
      subject.log.with({ runId: 'r-1' }).with({ attempt: 2 }).info('inner', { turn: 3 })
      subject.log.info('outer')
      assert.deepEqual((await subject.lines()).map(withoutTime), [
        { level: 'info', message: 'inner', runId: 'r-1', attempt: 2, turn: 3 },
        { level: 'info', message: 'outer' },
      ])
    })

    test('a field cannot pass for the level, the time or the message', async () => {
      await using subject = await open(new Redactor())
      subject.log.info('real', { level: 'fatal', message: 'forged' })
      assert.deepEqual((await subject.lines()).map(withoutTime), [{ level: 'info', message: 'real', level_: 'fatal', message_: 'forged' }])
    })

    test('an error becomes its name, message, code and cause', async () => {
      await using subject = await open(new Redactor())
      subject.log.error('failed', { error: Object.assign(new Error('outer', { cause: new Error('inner') }), { code: 'E1' }) })
      const { error } = (await subject.lines())[0] as { error: { message: string; code: string; cause: { message: string } } }
      assert.deepEqual([error.message, error.code, error.cause.message], ['outer', 'E1', 'inner'])
    })

    describeSecrecy(open)
    describeEndurance(open)
  })
}

function describeSecrecy(open: (redactor: Redactor) => Promise<LogUnderTest>): void {
  test('a secret never appears: by its type, by the name of its field, by its value', async () => {
    const redactor = new Redactor()
    await using subject = await open(redactor)
    const log = subject.log.with({ apiKey: 'by-name-1', headers: { Authorization: 'by-name-2' } })
    redactor.add(new Secret('by"value-3'))
    log.info('asked', { key: new Secret('by-type-4'), url: 'https://host/?k=by"value-3', error: new Error('refused by"value-3'), promptTokens: 7 })
    const [line] = await subject.lines()
    const text = JSON.stringify(line)
    assert.doesNotMatch(text, /by-name|value-3|by-type/)
    assert.deepEqual([line?.['key'], line?.['apiKey'], line?.['promptTokens'], line?.['url']], ['***', '***', 7, 'https://host/?k=***'])
  })
}

function describeEndurance(open: (redactor: Redactor) => Promise<LogUnderTest>): void {
  test('no value breaks it: cycles, depth, size, bigints, getters that throw', async () => {
    await using subject = await open(new Redactor())
    const circle: Record<string, unknown> = { size: 10n, when: new Date(0), missing: undefined, text: 'x'.repeat(100_000) }
    circle['self'] = circle
    Object.defineProperty(circle, 'trap', { enumerable: true, get: () => assert.fail('do not read me') })
    subject.log.info('odd', { circle, action: () => 1 })
    subject.log.info('after')
    const lines = await subject.lines()
    assert.equal(lines.length, 2)
    assert.ok(JSON.stringify(lines[0]).length < 20_000)
  })

  test('can be disposed twice, and a line that comes too late is no error', async () => {
    const subject = await open(new Redactor())
    await subject[Symbol.asyncDispose]()
    await subject[Symbol.asyncDispose]()
    subject.log.info('too late')
    await subject.log.flush()
  })
}

function withoutTime({ time, ...line }: LogLine): LogLine {
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  return line
}
