/**
 * `npm run test:slow -- PATH...`: the named tests as a slow, busy machine would run them, on one core that they share with a program
 * that never rests. What fails here and nowhere else waits for time in place of what happened, or was told once and never asked again.
 * Linux with `taskset`; `--busy=N` for another number of such programs (0: one core to themselves), `--core=N` for another core.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './lib/paths.mjs'

/** Seconds after which a busy program ends, should nobody be left to end it. */
const mostSeconds = 1800
const args = process.argv.slice(2)
const number = (name, usual) => Number(args.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1] ?? usual)
const wanted = args.filter((argument) => !/^--(busy|core)=/.test(argument))
if (wanted.length === 0) {
  process.stderr.write('Say which tests: npm run test:slow -- apps/dashboard/src/dashboard.e2e.test.ts\n')
  process.exit(2)
}

const pinned = (program, ...rest) => ['taskset', ['-c', String(number('core', 0)), program, ...rest]]
const restless = `const end = Date.now() + ${mostSeconds * 1000}; while (Date.now() < end);`
const busy = Array.from({ length: number('busy', 1) }, () => spawn(...pinned(process.execPath, '-e', restless), { stdio: 'ignore' }))
const tests = spawn(...pinned(process.execPath, join(root, 'scripts', 'test.mjs'), ...wanted), { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => tests.kill(signal))
for (const child of [tests, ...busy]) child.on('error', (error) => end(1, `codeforge: taskset could not be started: ${error.message}\n`))
tests.on('exit', (code) => end(code ?? 1))

function end(code, why = '') {
  process.stderr.write(why)
  for (const child of busy) child.kill('SIGKILL')
  process.exit(code)
}
