import { execFile, spawn } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { chromium } from '@codeforge/testing/chromium'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'

type Browser = Awaited<ReturnType<typeof chromium>>
export type Page = Awaited<ReturnType<Browser['newPage']>>

const execute = promisify(execFile)
const codeforge = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))
const sample = fileURLToPath(new URL('../../../../examples/sample-repository', import.meta.url))

/** How long a test waits for what must come. */
export const limit = { timeout: 30_000 }

/** A host of its own, with the link that signs a browser in. */
export async function startHost(settings: Readonly<Record<string, string>>, ...flags: string[]) {
  const data = await temporaryDirectory('dashboard')
  const host = await runHost(data.path, settings, ['--port', '0', ...flags])
  return {
    ...host,
    async [Symbol.asyncDispose]() {
      await host.stop()
      await data[Symbol.asyncDispose]()
    },
  }
}

/** Runs a host on a data directory, until it is stopped. */
export async function runHost(directory: string, settings: Readonly<Record<string, string>>, flags: readonly string[]) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^CODEFORGE_|^NODE_TEST_CONTEXT$|^FORCE_COLOR$/.test(name))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', codeforge, 'start', ...flags], {
    cwd: directory, env: { ...Object.fromEntries(inherited), CODEFORGE_DATA: directory, ...settings }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => { child.once('close', () => { resolve() }) })
  let output = ''
  const link = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const found = /http:\/\/\S+\/login\?code=[\w-]+(?=\s)/.exec(output)
        if (found) resolve(found[0])
      })
    }
    child.once('close', () => { reject(new Error(`the host ended before it listened:\n${output}`)) })
  })
  return {
    link,
    origin: new URL(link).origin,
    async stop() {
      child.kill('SIGINT')
      await ended
    },
  }
}

/** A page that notes whatever the browser complains about. */
export async function watchedPage(browser: Browser) {
  const context = await browser.newContext()
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text()) })
  page.on('pageerror', (error) => complaints.push(error.message))
  return { page, complaints }
}

export const tab = (page: Page, name: string) => page.getByRole('tab', { name })

export async function sampleRepository(path: string): Promise<string> {
  const repository = join(path, 'durations')
  await cp(sample, repository, { recursive: true })
  for (const args of [['init', '--quiet', '--initial-branch=main'], ['add', '--all'], ['-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '--quiet', '--message=A failing test']]) {
    await execute('git', ['-C', repository, ...args])
  }
  return repository
}

/** What the API answers to the signed-in page. */
export async function ask<Body>(page: Page, path: string, body: unknown): Promise<Body> {
  return page.evaluate(async ([address, json]) => {
    const answer = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: json })
    return (await answer.json()) as unknown
  }, [`/api/v1${path}`, JSON.stringify(body)] as const) as Promise<Body>
}

/** A project of a repository, as the signed-in page makes it. */
export async function addProject(page: Page, repository: string): Promise<string> {
  return (await ask<{ id: string }>(page, '/projects', { name: 'Sample', localPath: repository })).id
}
