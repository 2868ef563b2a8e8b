import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { downloads, findProgram, isExecutable } from './programs.ts'
import { skipUnless } from './missing-service.ts'

const run = promisify(execFile)
const unpacked = join(downloads, 'nats')
const downloaded = join(unpacked, 'usr/sbin/nats-server')

let search: Promise<string | undefined> | undefined

/** The path of a nats-server: the one on the PATH, else Debian's package unpacked beside the checkout's own tools. */
export function natsProgram(): Promise<string | undefined> {
  search ??= find()
  return search
}

/** For the `skip` option of a test: false where a nats-server can be had, else the reason. */
export async function withoutNats(): Promise<string | false> {
  return skipUnless((await natsProgram()) !== undefined, 'nats-server', 'put nats-server on the PATH, or run where apt-get reaches a Debian mirror')
}

async function find(): Promise<string | undefined> {
  const found = await findProgram('nats-server')
  if (found !== undefined) return found
  if (await isExecutable(downloaded)) return downloaded
  return (await findProgram('apt-get')) === undefined ? undefined : download()
}

// As an ordinary user: apt-get with every directory that it writes pointed into our own.
async function download(): Promise<string | undefined> {
  await mkdir(downloads, { recursive: true })
  const scratch = await mkdtemp(join(downloads, 'nats-'))
  try {
    for (const folder of ['lists/partial', 'cache/archives/partial', 'root']) await mkdir(join(scratch, folder), { recursive: true })
    await cp('/var/lib/dpkg/status', join(scratch, 'status'))
    const apt = ['-o', `Dir::State=${scratch}`, '-o', `Dir::State::Lists=${scratch}/lists`, '-o', `Dir::State::status=${scratch}/status`]
    const quiet = ['-o', `Dir::Cache=${scratch}/cache`, '-o', 'APT::Sandbox::User=', '-o', 'Debug::NoLocking=1', '-qq']
    await run('apt-get', [...apt, ...quiet, 'update'])
    await run('apt-get', [...apt, ...quiet, 'download', 'nats-server'], { cwd: scratch })
    const [archive] = (await readdir(scratch)).filter((name) => name.endsWith('.deb'))
    await run('dpkg', ['-x', join(scratch, archive ?? 'nats-server.deb'), join(scratch, 'root')])
    // Another test file may have been quicker; both unpacked the same package.
    await rename(join(scratch, 'root'), unpacked).catch(() => undefined)
    return (await isExecutable(downloaded)) ? downloaded : undefined
  } catch (error) {
    process.stderr.write(`nats-server could not be fetched with apt-get: ${String(error)}\n`)
    return undefined
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
