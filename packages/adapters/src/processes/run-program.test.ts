import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { runProgram } from './run-program.ts'
import type { RunRequest } from './run-program.ts'

const shell = (script: string): RunRequest => ({ file: '/bin/sh', args: ['-c', script], directory: '/', environment: { PATH: '/usr/bin:/bin' } })

async function outputOf(request: RunRequest): Promise<string> {
  const { stdout, stderr, ended } = await runProgram(request)
  stderr.resume()
  const [output] = await Promise.all([text(stdout), ended])
  return output
}

test('input arrives whole, whether it goes through a file or, being much, through a pipe', async () => {
  const sizes = [0, 10, 1024 * 1024 + 1, 3_000_000]
  const counts = await Promise.all(sizes.map(async (size) => outputOf({ ...shell('wc -c'), stdin: 'x'.repeat(size) })))
  assert.deepEqual(counts.map(Number), sizes)
})

test('input that the caller writes arrives, and its end with it', async () => {
  const { stdin, stdout, ended } = await runProgram({ ...shell('cat; echo end'), stdin: null })
  stdin?.write('one ')
  stdin?.end('two ')
  assert.equal(await text(stdout), 'one two end\n')
  assert.equal(await ended, 0)
})

test('a program that ends without reading its input is no failure', async () => {
  assert.equal(await outputOf({ ...shell('echo done'), stdin: 'x'.repeat(3_000_000), whispers: ['unheard\n'] }), 'done\n')
})

test('what is whispered can be read once, by whoever has the descriptor, and lies in no file', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  const script = 'read -r one <&3; read -r two <&4; read -r three <&4; echo "$one|$two|$three"; readlink /proc/$$/fd/3; [ -e "$(readlink /proc/$$/fd/3)" ] && echo there'
  const [said, place] = (await outputOf({ ...shell(script), whispers: ['first\n', 'second\n'] })).split('\n')
  assert.equal(said, 'first|second|')
  assert.match(place ?? '', /\.out \(deleted\)$/)
})

/** Asks for a program while the process that starts programs is stopped, so that only the dead could open the pipes. */
const asking = `
const { runProgram } = await import(${JSON.stringify(new URL('run-program.ts', import.meta.url).href)})
const { readFileSync } = await import('node:fs')
const program = { file: '/bin/sleep', args: ['30'], directory: '/', environment: {} }
const { pid } = await runProgram({ ...program, whispers: ['first\\n'] })
const starter = Number(/^PPid:\\s+(\\d+)$/m.exec(readFileSync('/proc/' + pid + '/status', 'utf8'))[1])
process.kill(starter, 'SIGSTOP')
void runProgram({ ...program, whispers: ['second\\n'] })
setTimeout(() => console.log(pid, starter), 100)
`

test('where the process that asked was killed, neither what it had started nor what it had asked for goes on', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', asking], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data') as [string]
  const [program = 0, starter = 0] = line.split(' ').map(Number)
  child.kill('SIGKILL')
  await once(child, 'exit')
  process.kill(starter, 'SIGCONT')
  const isThere = async (pid: number): Promise<boolean> => (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')) !== ''
  for (let tries = 0; tries < 250 && (await isThere(program) || await isThere(starter)); tries += 1) await sleep(20)
  assert.deepEqual([await isThere(program), await isThere(starter)], [false, false])
})
