import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { sandboxMarker } from '../sandbox.ts'
import { aRequest, endOf, exited, openBench, run, until } from './sandbox-bench.ts'
import type { OpenSandboxEngine } from './sandbox-bench.ts'
import { describeSandboxIsolation } from './sandbox-isolation.ts'

/** What a sandbox may declare that it cannot do: keep commands from the host's files, processes and network. */
export type SandboxGap = 'isolation'

const code = (expected: string) => (error: unknown): boolean => error instanceof CodeForgeError && error.code === expected

/** States what every sandbox does, and, unless skipped, how one that enforces isolates. */
export function describeSandboxContract(name: string, openEngine: OpenSandboxEngine, options: { readonly skip?: readonly SandboxGap[] } = {}): void {
  const isolates = !(options.skip ?? []).includes('isolation')
  describe(`sandbox contract: ${name}`, () => {
    describeCommands(openEngine)
    describeLimits(openEngine)
    describeEndings(openEngine)
    test('says whether it enforces, and that it works here', async () => {
      await using bench = await openBench(openEngine)
      assert.deepEqual([bench.engine.enforces, await bench.engine.check(AbortSignal.timeout(20_000))], [isolates, null])
    })
    if (isolates) describeSandboxIsolation(openEngine)
  })
}

function describeCommands(openEngine: OpenSandboxEngine): void {
  test('tells both streams of a command and its exit code', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const outcome = await run(sandbox, 'echo out; echo err >&2; exit 3')
    assert.deepEqual([outcome.stdout, outcome.stderr, endOf(outcome)], ['out\n', 'err\n', exited(3)])
    assert.ok(outcome.ended.durationMs > 0)
  })

  test('passes every byte of output and of a large input', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const octal = Array.from({ length: 256 }, (_, byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
    assert.deepEqual((await run(sandbox, `printf '${octal}'`)).bytes, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)))
    const input = 'ä line\n'.repeat(200_000)
    assert.equal((await run(sandbox, 'cat', { stdin: input })).stdout, input)
    assert.equal((await run(sandbox, 'wc -c')).stdout.trim(), '0')
  })

  test('lets a command open its streams again by name', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const outcome = await run(sandbox, 'cat /dev/stdin | tee /dev/stderr', { stdin: 'x' })
    assert.deepEqual([outcome.stdout, outcome.stderr, endOf(outcome)], ['x', 'x', exited(0)])
  })

  test('builds the environment from nothing', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    process.env['CONTRACT_CANARY'] = 'inherited'
    const outcome = await run(sandbox, 'env -0', { environment: { GREETING: "it's $HOME\n`x`" } })
    delete process.env['CONTRACT_CANARY']
    const variables = new Map(outcome.stdout.split('\0').map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]))
    const named = ['CONTRACT_CANARY', 'GREETING', sandboxMarker, 'LANG'].map((name) => variables.get(name))
    assert.deepEqual(named, [undefined, "it's $HOME\n`x`", `${bench.runId}.1`, 'C.UTF-8'])
    assert.notEqual(variables.get('HOME'), process.env['HOME'])
    assert.match((await run(sandbox, 'test -w "$HOME" && test -w "$TMPDIR" && node --version')).stdout, /^v\d+/)
  })

  test('refuses a variable that no shell could export', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    await assert.rejects(run(sandbox, 'true', { environment: { 'A=B; touch x': '1' } }), code('invalid-input'))
  })

  test('works in a directory of the workspace and in no other', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    await mkdir(join(bench.workspace, "it's a dir"))
    assert.equal((await run(sandbox, 'pwd', { directory: "it's a dir" })).stdout, `${join(bench.workspace, "it's a dir")}\n`)
    await assert.rejects(run(sandbox, 'pwd', { directory: '..' }), code('invalid-input'))
    await assert.rejects(run(sandbox, 'pwd', { directory: 'missing' }), code('invalid-input'))
    await run(sandbox, 'ln -s / out')
    await assert.rejects(run(sandbox, 'pwd', { directory: 'out' }), code('invalid-input'))
  })

  test('writes files that belong to the calling user', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    await run(sandbox, 'echo hello > made && mkdir -p a/b')
    const status = await stat(join(bench.workspace, 'made'))
    assert.deepEqual([status.uid, status.gid, await readFile(join(bench.workspace, 'made'), 'utf8')], [process.getuid?.(), process.getgid?.(), 'hello\n'])
  })

  test('keeps home and temporary files from one command to the next, but not beyond the sandbox', async () => {
    await using bench = await openBench(openEngine)
    const first = await bench.open()
    await run(first, 'echo kept > "$TMPDIR/note"; echo kept > "$HOME/note"')
    assert.equal((await run(first, 'cat "$TMPDIR/note" "$HOME/note"')).stdout, 'kept\nkept\n')
    await first[Symbol.asyncDispose]()
    await using second = await bench.open()
    assert.equal((await run(second, 'ls "$HOME"; cat "$TMPDIR/note" 2>/dev/null')).stdout, '')
  })

  test('runs commands beside each other without one ending the other', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const slow = run(sandbox, 'sleep 0.6 & wait; echo done')
    await Promise.all(Array.from({ length: 4 }, () => run(sandbox, 'sleep 5 & true')))
    assert.equal((await slow).stdout, 'done\n')
  })

  test('leaks no descriptor', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const open = (): number => readdirSync('/proc/self/fd').length
    await run(sandbox, 'true')
    const before = open()
    for (let round = 0; round < 10; round += 1) await run(sandbox, 'true')
    await until(() => open() <= before, 'no more descriptors are open than before')
  })
}

function describeLimits(openEngine: OpenSandboxEngine): void {
  test('asks a command to end at its time, and ends it where it does not', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const polite = await run(sandbox, 'trap "echo asked; exit 0" TERM; while :; do sleep 0.05; done', { timeoutMs: 400 })
    assert.deepEqual([polite.stdout, endOf(polite)], ['asked\n', { kind: 'ended', exitCode: null, ending: 'timeout' }])
    const stubborn = await run(sandbox, 'trap "" TERM; (trap "" TERM; setsid sleep 60) & while :; do sleep 60; done', { timeoutMs: 400 })
    assert.equal(stubborn.ended.ending, 'timeout')
    assert.ok(stubborn.ended.durationMs < 1500, `took ${String(stubborn.ended.durationMs)} ms`)
  })

  test('knows a limit of time of its own', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open({ limits: { commandSeconds: 1 } })
    assert.equal((await run(sandbox, 'sleep 60')).ended.ending, 'timeout')
  })

  test('ends a process that takes more processor time than it may', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open({ limits: { cpuSeconds: 1 } })
    const busy = await run(sandbox, 'bash -c "while :; do :; done"; echo $?', { timeoutMs: 20_000 })
    // Shells say 128 and the number of the signal: SIGXCPU, or SIGKILL at the hard limit.
    assert.match(busy.stdout, /^(152|137)\n$/)
    assert.deepEqual(endOf(busy), exited(0))
  })

  test('ends a command that takes more memory than it may', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open({ limits: { memoryMb: 96 } })
    const greedy = `node -e 'const kept = []; setInterval(() => kept.push(Buffer.alloc(8 << 20, 1)), 5)'`
    assert.deepEqual(endOf(await run(sandbox, greedy)), { kind: 'ended', exitCode: null, ending: 'memory' })
    assert.deepEqual(endOf(await run(sandbox, 'echo small')), exited(0))
  })

  // At most 120 processes, whatever the adapter under test does: a real fork bomb would take the machine down where a limit fails.
  test('ends a command that starts more processes than it may', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open({ limits: { pids: 40 } })
    const outcome = await run(sandbox, 'for i in $(seq 120); do sleep 5 & done; wait', { timeoutMs: 8000 })
    assert.ok(outcome.ended.durationMs < 9500, `took ${String(outcome.ended.durationMs)} ms`)
    assert.deepEqual(endOf(await run(sandbox, 'echo alive')), exited(0))
  })

  test('keeps output up to the limit while the command goes on', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open({ limits: { outputBytes: 4096 } })
    const outcome = await run(sandbox, 'head -c 20000 /dev/zero; exit 5')
    assert.deepEqual([outcome.bytes.byteLength, endOf(outcome)], [4096, exited(5)])
  })

  test('ends a command that floods', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open({ limits: { outputBytes: 4096 } })
    const outcome = await run(sandbox, 'cat /dev/zero')
    assert.deepEqual([outcome.bytes.byteLength, endOf(outcome)], [4096, { kind: 'ended', exitCode: null, ending: 'output-limit' }])
  })

  test('loses nothing to a slow reader', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open({ limits: { outputBytes: 16 << 20 } })
    let size = 0
    let rests = 0
    for await (const part of sandbox.exec(aRequest('head -c 5000000 /dev/zero; echo end >&2'), new AbortController().signal)) {
      if (part.kind === 'output') size += part.bytes.byteLength
      else assert.equal(part.exitCode, 0)
      if (rests < 10) await wait(20)
      rests += 1
    }
    assert.equal(size, 5_000_004)
  })

  test('ends in time even where nobody reads', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open({ limits: { outputBytes: 16 << 20 } })
    const parts = sandbox.exec(aRequest('echo first; trap "" TERM; head -c 9000000 /dev/zero; sleep 60', { timeoutMs: 700 }), new AbortController().signal)[Symbol.asyncIterator]()
    await parts.next()
    await wait(1300)
    let last = await parts.next()
    for (let next = last; !next.done; next = await parts.next()) last = next
    assert.ok(!last.done && last.value.kind === 'ended' && last.value.ending === 'timeout')
  })
}

/** A process that leaves its parent, session and terminal, and writes until it is killed. */
const daemon = '(setsid sh -c "(while :; do echo beat >> beats; sleep 0.02; done) & " >/dev/null 2>&1 </dev/null &); while [ ! -s beats ]; do sleep 0.02; done'

const sizeOf = async (path: string): Promise<number> => stat(path).then((status) => status.size, () => 0)

async function assertStill(workspace: string): Promise<void> {
  const before = await sizeOf(join(workspace, 'beats'))
  await wait(150)
  assert.ok(before > 0, 'the daemon had begun')
  assert.equal(await sizeOf(join(workspace, 'beats')), before, 'the daemon is dead')
}

function describeEndings(openEngine: OpenSandboxEngine): void {
  test('leaves no process behind when a command ends', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    assert.deepEqual(endOf(await run(sandbox, `${daemon}; sleep 60 & exit 4`)), exited(4))
    await assertStill(bench.workspace)
  })

  test('leaves no process behind at a time-out', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    assert.equal((await run(sandbox, `${daemon}; sleep 60`, { timeoutMs: 900 })).ended.ending, 'timeout')
    await assertStill(bench.workspace)
  })

  test('clears everything within 1.5 seconds when cancelled', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const cancel = new AbortController()
    const outcome = run(sandbox, `trap "" TERM; ${daemon}; sleep 60`, {}, cancel.signal)
    await until(async () => (await sizeOf(join(bench.workspace, 'beats'))) > 0, 'the daemon writes')
    const began = performance.now()
    cancel.abort()
    assert.deepEqual(endOf(await outcome), { kind: 'ended', exitCode: null, ending: 'aborted' })
    assert.ok(performance.now() - began < 1500)
    await assertStill(bench.workspace)
  })

  test('does not begin what was cancelled before', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const outcome = await run(sandbox, 'touch began', {}, AbortSignal.abort())
    assert.deepEqual([endOf(outcome), readdirSync(bench.workspace)], [{ kind: 'ended', exitCode: null, ending: 'aborted' }, []])
  })

  test('ends a command whose reader leaves', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    for await (const part of sandbox.exec(aRequest(`${daemon}; echo ready; sleep 60`), new AbortController().signal)) {
      if (part.kind === 'output') break
    }
    await assertStill(bench.workspace)
  })

  test('tells of a death by signal', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    assert.deepEqual(endOf(await run(sandbox, 'kill -KILL $$')), { kind: 'ended', exitCode: null, ending: 'signalled' })
  })

  test('ends what runs when it is disposed, may be disposed twice, and then refuses', async () => {
    await using bench = await openBench(openEngine)
    const sandbox = await bench.open()
    const outcome = run(sandbox, `${daemon}; sleep 60`)
    await until(async () => (await sizeOf(join(bench.workspace, 'beats'))) > 0, 'the daemon writes')
    await Promise.all([sandbox[Symbol.asyncDispose](), sandbox[Symbol.asyncDispose]()])
    await sandbox[Symbol.asyncDispose]()
    assert.equal((await outcome).ended.ending, 'aborted')
    await assertStill(bench.workspace)
    await assert.rejects(run(sandbox, 'true'), code('conflict'))
  })

  test('sweeps what belongs to runs that are not alive, and nothing else', async () => {
    await using bench = await openBench(openEngine)
    await using dead = await bench.open()
    await using alive = await bench.open({ runId: `${bench.runId}-alive` })
    const outcomes = [run(dead, 'echo > one; sleep 60'), run(alive, 'echo > two; sleep 2; echo survived')]
    await until(async () => (await sizeOf(join(bench.workspace, 'one'))) > 0 && (await sizeOf(join(bench.workspace, 'two'))) > 0, 'both have begun')
    assert.ok((await bench.engine.sweep(new Set([`${bench.runId}-alive.1`]))) > 0)
    const [swept, kept] = await Promise.all(outcomes)
    assert.notEqual(swept?.ended.exitCode, 0)
    assert.equal(kept?.stdout, 'survived\n')
  })
}
