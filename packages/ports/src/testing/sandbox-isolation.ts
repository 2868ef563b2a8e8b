import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { endOf, exited, openBench, run } from './sandbox-bench.ts'
import type { OpenSandboxEngine } from './sandbox-bench.ts'

/** States what a hostile command cannot do in a sandbox that enforces. */
export function describeSandboxIsolation(openEngine: OpenSandboxEngine): void {
  describeFiles(openEngine)
  describeProcesses(openEngine)
  describeNetwork(openEngine)
}

const canary = 'canary-4f1d'

/** Prints what of the given paths can be read. */
const reading = (...paths: readonly string[]): string => paths.map((path) => `cat '${path}' 2>/dev/null; ls -A '${path}' 2>/dev/null`).join('; ')

function describeFiles(openEngine: OpenSandboxEngine): void {
  test('shows nothing of what lies beside the workspace', async () => {
    await using bench = await openBench(openEngine)
    await writeFile(join(bench.directory, 'secret'), canary)
    const elsewhere = await mkdtemp('/var/tmp/sandbox-contract-')
    await writeFile(join(elsewhere, 'secret'), canary)
    await using sandbox = await bench.open()
    const outcome = await run(sandbox, `${reading(join(bench.directory, 'secret'), join(elsewhere, 'secret'), elsewhere)}; ls '${bench.directory}'; ls /tmp /var/tmp | grep -c . ; true`)
    await rm(elsewhere, { recursive: true })
    assert.doesNotMatch(outcome.stdout, /canary|secret/)
  })

  test('lets a readable path be read and not written', async () => {
    await using bench = await openBench(openEngine)
    const objects = join(bench.directory, 'objects')
    await mkdir(objects)
    await writeFile(join(objects, 'one'), 'content')
    await using sandbox = await bench.open({ readable: [objects] })
    const outcome = await run(sandbox, `cat '${objects}/one'; touch '${objects}/two' || chmod 777 '${objects}' || rm '${objects}/one' || echo refused`)
    assert.deepEqual([outcome.stdout, readdirSync(objects)], ['contentrefused\n', ['one']])
  })

  test('lets nobody change, remove, move or replace what is guarded in the workspace', async () => {
    await using bench = await openBench(openEngine)
    const [folder, file] = [join(bench.workspace, '.git'), join(bench.workspace, 'module', '.git')]
    await Promise.all([folder, join(bench.workspace, 'module')].map((path) => mkdir(path)))
    await Promise.all([join(folder, 'config'), file].map((path) => writeFile(path, 'own')))
    await using sandbox = await bench.open({ guarded: [folder, file] })
    const attack = `cat .git/config module/.git; for path in .git/config .git/commondir module/.git; do echo evil > $path; done; rm -rf .git module/.git; mv .git elsewhere; mv module/.git elsewhere; mv module other; mkdir -p module; echo evil > module/.git; chmod 777 .git; ln -sfT /tmp .git; umount .git; mount -o remount,rw .git; touch beside`
    const outcome = await run(sandbox, attack)
    const texts = await Promise.all([join(folder, 'config'), file].map((path) => readFile(path, 'utf8').catch(() => 'gone')))
    assert.deepEqual([outcome.stdout, texts, readdirSync(folder)], ['ownown', ['own', 'own'], ['config']])
    assert.ok(existsSync(join(bench.workspace, 'beside')))
  })

  test('hides what is hidden, in the workspace, around it, and within what is readable', async () => {
    await using bench = await openBench(openEngine)
    const data = join(bench.directory, 'data')
    const workspace = join(data, 'attempts', 'one')
    const inner = join(workspace, '.private')
    const readable = join(bench.directory, 'readable')
    await Promise.all([inner, join(readable, 'private')].map((path) => mkdir(path, { recursive: true })))
    await Promise.all([join(data, 'token'), join(inner, 'token'), join(readable, 'private', 'token'), join(readable, 'token-file')].map((path) => writeFile(path, canary)))
    await using sandbox = await bench.open({ workspace, readable: [readable], hidden: [data, inner, join(readable, 'private'), join(readable, 'token-file')] })
    const outcome = await run(sandbox, `${reading(join(data, 'token'), join(inner, 'token'), join(readable, 'private', 'token'), join(readable, 'token-file'))}; grep -rs ${canary} '${bench.directory}'; ls -A '${data}'; echo mine > made; touch '${inner}/x' '${data}/x'; umount '${inner}' '${readable}/private'; cat '${inner}/token'`)
    // The name of a hidden file may show in its directory's listing; what it holds may not.
    assert.equal(outcome.stdout.replace(`${join(readable, 'token-file')}\n`, '').trim(), 'attempts')
    assert.deepEqual([readdirSync(workspace).sort(), readdirSync(inner)], [['.private', 'made'], ['token']])
  })

  test('keeps the system from being changed', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const targets = ['/', '/etc', '/usr', '/usr/bin', '/bin', '/dev', '/var', '/home', '/proc', '/proc/sys/kernel']
    const outcome = await run(sandbox, `for target in ${targets.join(' ')}; do : 2>/dev/null > $target/contract-${String(process.pid)} && echo "wrote $target"; done; test -w /proc/sysrq-trigger && echo trigger; (exec 9>/proc/sys/kernel/core_pattern) 2>/dev/null && echo pattern; mount -o remount,rw / 2>/dev/null && echo remounted; ls /sys /boot /srv 2>/dev/null; true`)
    assert.deepEqual([outcome.stdout, endOf(outcome)], ['', exited(0)])
    assert.ok(!existsSync(`/etc/contract-${String(process.pid)}`))
  })

  test('follows no link out of the workspace', async () => {
    await using bench = await openBench(openEngine)
    const outside = join(bench.directory, 'outside')
    await mkdir(outside)
    await writeFile(join(outside, 'secret'), canary)
    await symlink(outside, join(bench.workspace, 'link'))
    await symlink('../../../../../../../../etc/shadow', join(bench.workspace, 'shadow'))
    await using sandbox = await bench.open()
    const outcome = await run(sandbox, 'cat link/secret shadow; echo x > link/made; ln link/secret hard; cat hard; cd link && ls')
    assert.deepEqual([outcome.stdout, readdirSync(outside)], ['', ['secret']])
  })

  test('offers no device and no descriptor that leads out', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const outcome = await run(sandbox, `find /dev -type b; mknod disk b 254 0 2>/dev/null && echo made; mknod /tmp/null c 1 3 2>/dev/null && echo made; for fd in /proc/self/fd/*; do case "$(readlink $fd)" in ''|/dev/null|pipe:*|/proc/*|*/own/*) ;; *) readlink $fd; ls $fd/.. ;; esac; done; echo x > /proc/self/fd/9; true`)
    assert.equal(outcome.stdout, '')
  })
}

function describeProcesses(openEngine: OpenSandboxEngine): void {
  test('shows no process of the host, nor its environment', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const outcome = await run(sandbox, `cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep -v -e ^CODEFORGE_ -e ^PATH= -e ^HOME= -e ^TMPDIR= -e ^LANG= -e ^PWD= -e ^OLDPWD= -e ^SHLVL= -e ^_= -e _ROOT= -e _HOME=; ls -d /proc/[0-9]* | wc -l; ls /proc/1/root/home`)
    const [count, ...rest] = outcome.stdout.trim().split('\n')
    assert.ok(Number(count) < 8, `${String(count)} processes are visible`)
    assert.ok(rest.every((name) => name === 'codeforge'), `home shows ${rest.join()}`)
    assert.equal((await run(sandbox, `kill -0 ${String(process.pid)} 2>/dev/null && cat /proc/${String(process.pid)}/comm`)).stdout.includes('node'), false)
  })

  test('survives a command that kills all it can', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const beside = run(sandbox, 'sleep 0.5; echo unharmed')
    await run(sandbox, 'kill -KILL -1')
    await run(sandbox, 'kill -KILL -1; kill -KILL 1 $PPID; true')
    assert.equal((await beside).stdout, 'unharmed\n')
    assert.deepEqual(endOf(await run(sandbox, 'true')), exited(0))
  })

  test('has no privileges and gains none', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const status = await run(sandbox, 'grep -E "^(CapEff|CapPrm|CapInh|CapAmb|NoNewPrivs)" /proc/self/status')
    assert.deepEqual(status.stdout.split('\n').filter(Boolean).map((line) => line.split(/\s+/)[1]), ['0', '0', '0', '0', '1'].map((value, index) => (index === 4 ? value : value.padStart(16, '0'))))
    assert.deepEqual([(await run(sandbox, 'id -u')).stdout.trim() === '0', (await run(sandbox, 'tty')).stdout, (await run(sandbox, '(: </dev/tty) 2>&1 | grep -c "No such device"')).stdout], [false, 'not a tty\n', '1\n'])
  })

  test('gives nested namespaces no more than the sandbox has', async () => {
    await using bench = await openBench(openEngine)
    const hidden = join(bench.workspace, 'hidden')
    await mkdir(hidden)
    await writeFile(join(hidden, 'secret'), canary)
    await using sandbox = await bench.open({ hidden: [hidden] })
    const attack = `umount -l '${hidden}'; umount -l /proc; umount -l /etc; mount -o remount,bind,rw /usr; mount --bind / '${bench.workspace}/root'; mount -t devtmpfs none /dev; cat '${hidden}/secret' '${bench.workspace}/root/${hidden}/secret'; touch /usr/contract-made && echo wrote; (exec 9>/proc/sys/kernel/core_pattern) && echo pattern; ls /proc | grep -c '^${String(process.pid)}$'`
    await writeFile(join(bench.workspace, 'attack.sh'), attack)
    const outcome = await run(sandbox, `mkdir root; (unshare -Urmpf --mount-proc sh attack.sh; unshare -Urm sh attack.sh; unshare -UrmCn sh attack.sh; bwrap --dev-bind / / sh attack.sh; sh attack.sh) 2>/dev/null; true`)
    assert.doesNotMatch(outcome.stdout, /canary|wrote|pattern|^1$/m)
    assert.equal(await readFile(join(hidden, 'secret'), 'utf8'), canary)
  })
}

/** A server of the host that greets whoever connects. */
async function withServer(address: { port: number; host: string } | { path: string }, use: (server: Server) => Promise<void>): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end(canary)
  })
  await new Promise<void>((resolve) => server.listen(address, resolve))
  try {
    await use(server)
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

const portOf = (server: Server): number => {
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

const connecting = (to: string): string => `timeout 5 node -e 'require("node:net").connect(${to}).on("error", (error) => console.log(error.code)).pipe(process.stdout)'`

function describeNetwork(openEngine: OpenSandboxEngine): void {
  test('reaches nothing of the host without network', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    await withServer({ port: 0, host: '127.0.0.1' }, async (server) => {
      assert.equal((await run(sandbox, connecting(`${String(portOf(server))}, "127.0.0.1"`))).stdout, 'ECONNREFUSED\n')
    })
    const name = `sandbox-contract-${String(process.pid)}`
    await withServer({ path: `\0${name}` }, async () => {
      assert.equal((await run(sandbox, connecting(`"\\0${name}"`))).stdout, 'ECONNREFUSED\n')
    })
    const socket = join(tmpdir(), `${name}.sock`)
    await withServer({ path: socket }, async () => {
      assert.equal((await run(sandbox, connecting(`"${socket}"`))).stdout, 'ENOENT\n')
    })
    assert.match((await run(sandbox, connecting('53, "192.0.2.1"'))).stdout, /ENETUNREACH|EHOSTUNREACH/)
  })

  test('has a loopback of its own without network', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open()
    const program = `const net = require("node:net"); const server = net.createServer((socket) => socket.end("own")).listen(0, "127.0.0.1", () => net.connect(server.address().port, "127.0.0.1").on("close", () => server.close()).pipe(process.stdout))`
    assert.equal((await run(sandbox, `timeout 5 node -e '${program}'`)).stdout, 'own')
  })

  test('reaches the host with network', async () => {
    await using bench = await openBench(openEngine)
    await using sandbox = await bench.open({ network: 'all' })
    await withServer({ port: 0, host: '127.0.0.1' }, async (server) => {
      assert.equal((await run(sandbox, connecting(`${String(portOf(server))}, "127.0.0.1"`))).stdout, canary)
    })
  })

  test('refuses to open the network to some hosts, which it cannot enforce', async () => {
    await using bench = await openBench(openEngine)
    await assert.rejects(bench.open({ network: { hosts: ['example.org'] } }), (error: unknown) => error instanceof CodeForgeError && error.code === 'unsupported')
  })
}
