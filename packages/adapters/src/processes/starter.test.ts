import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { spawn } from 'node:child_process'
import { Starter } from './starter.ts'
import type { Program } from './starter.ts'

let directory: string
before(async () => { directory = await mkdtemp(join(tmpdir(), 'starter-')) })
after(async () => { await rm(directory, { recursive: true }) })

const shell = (script: string, changes: Partial<Program> = {}): Program =>
  ({ file: '/bin/sh', args: ['-c', script], directory: '/', environment: { PATH: '/usr/bin:/bin' }, descriptors: [null, null, null], ...changes })

const parentOf = async (pid: number): Promise<number> => Number(/^PPid:\s+(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1])

test('a program ends with its exit code, or with the signal that killed it', async () => {
  const starter = new Starter()
  const [exited, killed] = await Promise.all(['exit 7', 'kill -TERM $$'].map(async (script) => (await starter.start(shell(script))).ended))
  assert.deepEqual([exited, killed], [{ code: 7, signal: null }, { code: null, signal: 'SIGTERM' }])
})

test('a program gets its arguments, directory, environment and descriptors, and nothing else', async () => {
  const output = join(directory, 'out')
  await writeFile(join(directory, 'in'), 'read')
  await writeFile(output, '')
  const script = 'echo "$1 $PWD $A ${HOME-none} $(cat <&3)"'
  const descriptors = [null, { path: output, flags: constants.O_WRONLY }, null, { path: join(directory, 'in'), flags: constants.O_RDONLY }]
  const program = await new Starter().start(shell(script, { args: ['-c', script, 'sh', 'one'], directory, environment: { PATH: '/bin:/usr/bin', A: 'é' }, descriptors }))
  assert.deepEqual(await program.ended, { code: 0, signal: null })
  assert.equal(await readFile(output, 'utf8'), `one ${directory} é none read\n`)
})

test('a program that is not there fails with the code of the system', async () => {
  await assert.rejects(new Starter().start(shell('', { file: '/nowhere/to/be-found' })), { code: 'ENOENT' })
  await assert.rejects(new Starter().start(shell('', { descriptors: [{ path: '/nowhere/to/be-found', flags: constants.O_RDONLY }] })), { code: 'ENOENT' })
})

/** Niceness of a process and of its session; the latter is the former where sessions have none. */
async function nicenessOf(pid: number): Promise<readonly [number, number]> {
  const session = await readFile(`/proc/${pid}/autogroup`, 'utf8').catch(() => null)
  return [getPriority(pid), session === null ? getPriority(pid) : Number(/nice (-?\d+)/.exec(session)?.[1])]
}

test('a program gives way to the process that uses it, as a process and as a session', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  const { pid, ended } = await new Starter().start(shell('sleep 30'))
  const own = getPriority()
  const [asProcess, asSession] = await nicenessOf(pid)
  process.kill(-pid, 'SIGKILL')
  await ended
  assert.deepEqual([asProcess, asSession], [Math.max(own, 10), 10])
})

test('the more are at work, the more a program gives way; what only holds something does not count', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  const starter = new Starter()
  const started = []
  for (let number = 0; number < 9; number += 1) started.push(await starter.start(shell('sleep 30', { lasting: number % 2 === 1 })))
  const sessions = await Promise.all(started.map(async ({ pid }) => (await nicenessOf(pid))[1]))
  for (const { pid } of started) process.kill(-pid, 'SIGKILL')
  await Promise.all(started.map(async ({ ended }) => ended))
  assert.deepEqual(sessions, [10, 10, 10, 10, 10, 10, 10, 11, 11])
})

test('many at once each get their own end', async () => {
  const starter = new Starter()
  const programs = await Promise.all(Array.from({ length: 20 }, async (_, index) => starter.start(shell(`exit ${index}`))))
  assert.deepEqual(await Promise.all(programs.map(async ({ ended }) => (await ended).code)), Array.from({ length: 20 }, (_, index) => index))
})

test('where the process that starts programs dies, they count as killed, and the next one starts all the same', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  const starter = new Starter()
  const { pid, ended } = await starter.start(shell('sleep 30'))
  process.kill(await parentOf(pid), 'SIGKILL')
  assert.deepEqual(await ended, { code: null, signal: 'SIGKILL' })
  process.kill(pid, 'SIGKILL')
  assert.deepEqual(await (await starter.start(shell('exit 3'))).ended, { code: 3, signal: null })
})

test('what it started ends when the process that uses it is killed', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  const module = new URL('starter.ts', import.meta.url).href
  const source = `import { Starter } from ${JSON.stringify(module)}
const program = await new Starter().start({ file: '/bin/sh', args: ['-c', 'sleep 30; true'], directory: '/', environment: { PATH: '/usr/bin:/bin' }, descriptors: [null, null, null] })
console.log(program.pid)
await program.ended`
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data') as [string]
  child.kill('SIGKILL')
  const isThere = async (): Promise<boolean> => (await readFile(`/proc/${line.trim()}/cmdline`, 'utf8').catch(() => '')) !== ''
  for (let tries = 0; tries < 250 && await isThere(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(await isThere(), false)
})

test('it ends with the process that uses it, and is no reason for that one to go on', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  const module = new URL('starter.ts', import.meta.url).href
  const source = `import { Starter } from ${JSON.stringify(module)}\nimport { readFileSync } from 'node:fs'
const program = await new Starter().start({ file: '/bin/sleep', args: ['0.2'], directory: '/', environment: {}, descriptors: [null, null, null] })
console.log(/PPid:\\s+(\\d+)/.exec(readFileSync('/proc/' + program.pid + '/status', 'utf8'))[1])
await program.ended`
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data') as [string]
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
  for (let tries = 0; tries < 100 && (await readlink(`/proc/${line.trim()}/exe`).catch(() => null)) !== null; tries += 1) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(await readlink(`/proc/${line.trim()}/exe`).catch(() => null), null)
})
