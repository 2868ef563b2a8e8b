import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type LogLine, describeLogContract } from '@codeforge/ports/testing/log'
import { pinoLog } from './pino.ts'

async function linesOf(file: string): Promise<readonly LogLine[]> {
  const text = await readFile(file, 'utf8')
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as LogLine)
}

describeLogContract('pino', async (redactor) => {
  const directory = await mkdtemp(join(tmpdir(), 'codeforge-log-'))
  const file = join(directory, 'deep', 'core.log')
  const log = await pinoLog.open({ level: 'debug', file, redactor, rotateBytes: 1_000_000 })
  return {
    log,
    async lines() {
      await log.flush()
      return linesOf(file)
    },
    async [Symbol.asyncDispose]() {
      await log[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
})

test('writes nothing below its level', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'codeforge-log-'))
  const file = join(directory, 'core.log')
  const log = await pinoLog.open(pinoLog.config.parse({ level: 'warn', file }))
  log.info('quiet')
  log.warn('loud')
  await log[Symbol.asyncDispose]()
  assert.deepEqual((await linesOf(file)).map((line) => line['message']), ['loud'])
  await rm(directory, { recursive: true })
})

test('a full file is moved aside, a few are kept, and no line is lost on the way', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'codeforge-log-'))
  const file = join(directory, 'core.log')
  const log = await pinoLog.open(pinoLog.config.parse({ file, rotateBytes: 2000 }))
  for (let number = 0; number < 60; number += 1) {
    log.info('line', { number })
    if (number % 10 === 0) await log.flush()
  }
  await log[Symbol.asyncDispose]()
  const names = (await readdir(directory)).toSorted()
  assert.deepEqual(names, ['core.log', 'core.log.1', 'core.log.2'])
  const lines = await Promise.all(names.toReversed().map(async (name) => linesOf(join(directory, name))))
  assert.deepEqual(lines.flat().map((line) => line['number']), Array.from({ length: 60 }, (_, number) => number))
  await rm(directory, { recursive: true })
})

test('a disk that is full does not end the process', async () => {
  const log = await pinoLog.open(pinoLog.config.parse({ file: '/dev/full' }))
  log.info('lost')
  await log.flush()
  await log[Symbol.asyncDispose]()
})
