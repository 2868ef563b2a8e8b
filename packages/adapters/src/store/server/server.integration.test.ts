import assert from 'node:assert/strict'
import { chown, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '@codeforge/ports/store/store'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { embeddedPostgresStore } from '../embedded-postgres.ts'
import { atWork, gone, postmaster, spawnHost } from '../testing/spawn-host.ts'
import { findBinaries } from './binaries.ts'
import { environment } from './environment.ts'
import { chooseDisguise, identityOf } from './identity.ts'
import { startServer } from './server.ts'
import { spawnServer } from './server-process.ts'
import { serverOptions } from './settings.ts'
import { socketDirectory } from './socket.ts'

const asRoot = process.platform === 'linux' && process.getuid?.() === 0
const linux = { skip: process.platform !== 'linux' }

function open(directory: string): Promise<Store & AsyncDisposable> {
  return embeddedPostgresStore.open(embeddedPostgresStore.config.parse({ directory }))
}

describe('the embedded server', () => {
  const resources = new AsyncDisposableStack()
  /** Data that several tests use, one after the other: making them takes most of a second. */
  let shared: string

  before(async () => {
    shared = resources.use(await temporaryDirectory('store')).path
    await (await startServer(shared)).stop()
  })
  after(() => resources.disposeAsync())

  test('data are there at the next start, and no process or socket stays after disposal', linux, async () => {
    await using home = await temporaryDirectory('store')
    const first = await open(home.path)
    await first.migrate(() => Promise.resolve())
    await first.settings.set('a', 'b')
    const pid = await postmaster(home.path)
    await first[Symbol.asyncDispose]()
    await first[Symbol.asyncDispose]()
    assert.equal(await atWork(pid), false)
    await assert.rejects(postmaster(home.path), { code: 'ENOENT' })
    await using second = await open(home.path)
    assert.equal(await second.settings.get('a'), 'b')
  })

  test('it ends when its host is killed, and the data are intact', linux, async () => {
    await using host = await spawnHost(shared)
    const pid = await postmaster(shared)
    await host.kill()
    await gone(pid)
    await using store = await open(shared)
    assert.equal(await store.settings.get('host'), 'was here')
  })

  test('a start right after its host was killed does not get in the way of the server that still ends', async () => {
    await using host = await spawnHost(shared)
    await host.kill()
    await using store = await open(shared)
    assert.equal(await store.settings.get('host'), 'was here')
  })

  test('a server that outlived its host is stopped by the next start', async () => {
    const data = join(shared, 'data')
    const [binaries, identity] = await Promise.all([findBinaries(shared), chooseDisguise().then(identityOf)])
    const deathSignal = identity.prefix.indexOf('--pdeathsig') - 1
    const immortal = deathSignal < 0 ? identity.prefix : identity.prefix.slice(0, deathSignal)
    const command = [...immortal, binaries.postgres, '-D', data, ...serverOptions(await socketDirectory(shared))]
    const orphan = await spawnServer(command, { env: environment(binaries), cwd: shared })
    await using store = await open(shared)
    await orphan.ended
    assert.match((await store.status()).engine, /^PostgreSQL/)
  })

  test('a server that is killed is started again, and the store works on', async () => {
    await using store = await open(shared)
    await store.migrate(() => Promise.resolve())
    await store.settings.set('a', 'b')
    const lost = store.transaction(async ({ settings }) => {
      await settings.set('a', 'lost')
      process.kill(await postmaster(shared), 'SIGKILL')
      for (;;) await settings.get('a')
    })
    await assert.rejects(lost, { code: 'store-unavailable' })
    assert.equal(await answer(store), 'b')
    await store.settings.set('a', 'c')
  })

  test('a directory whose path is too long for a socket works', async () => {
    await using home = await temporaryDirectory('store')
    await using store = await open(join(home.path, 'a'.repeat(100), 'ünïcode and spaces'))
    assert.equal((await store.status()).migration, 0)
  })

  test('a data directory of a newer PostgreSQL is refused', async () => {
    await using home = await temporaryDirectory('store')
    await mkdir(join(home.path, 'data'))
    await writeFile(join(home.path, 'data', 'PG_VERSION'), '99\n')
    await assert.rejects(startServer(home.path), { code: 'data-too-new' })
  })

  test('an initialisation that was cut off is done again', async () => {
    await using home = await temporaryDirectory('store')
    await writeFile(join(home.path, 'data.unfinished'), 'half')
    await (await startServer(home.path)).stop()
  })

  test('root may run it as nobody where user namespaces are forbidden', { skip: !asRoot }, async () => {
    await using home = await temporaryDirectory('store')
    const server = await startServer(home.path, 'nobody')
    const pid = await postmaster(home.path)
    await server.stop()
    assert.equal(await atWork(pid), false)
    await (await startServer(home.path)).stop()
  })

  test('an ordinary user runs it as itself', { skip: !asRoot }, async () => {
    await using home = await temporaryDirectory('store')
    await chown(home.path, 65_534, 65_534)
    const prefix = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs']
    await using host = await spawnHost(join(home.path, 'store'), prefix, { PATH: process.env['PATH'], HOME: home.path, TMPDIR: home.path })
    const pid = await postmaster(join(home.path, 'store'))
    await host.kill()
    await gone(pid)
  })
})

/** What a setting holds, once the database answers again. */
async function answer(store: Store): Promise<string | null> {
  const end = performance.now() + 15_000
  for (;;) {
    try {
      return await store.settings.get('a')
    } catch (error) {
      if (performance.now() > end) throw error
      await sleep(20)
    }
  }
}
