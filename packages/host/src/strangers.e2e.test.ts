import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { chromium } from '@codeforge/testing/chromium'
import { apiOf, startCodeForge, until } from '@codeforge/testing/codeforge-process'
import type { Ask, CodeForgeProcess } from '@codeforge/testing/codeforge-process'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { ended, eventsOf, fixingScript, modelSettings, sampleRepository } from './testing/columns.ts'

const run = promisify(execFile)

/** What a hostile page tries, in the browser of somebody who is signed in; what it got to see. */
interface Loot { readonly seen: readonly string[] }

/** As much of a page as the attack needs: the compiler knows no browser here. */
interface PageElement {
  append(child: object): void
  addEventListener(kind: string, listener: (value: unknown) => void, options: object): void
  submit(): void
}
declare const document: { readonly body: PageElement; createElement(name: string): PageElement }

/** Runs in the page: forms, fetches and a socket against the address, with whatever cookies the browser sends along. */
async function attack({ target, body, answer, question }: { target: string; body: string; answer: string; question: string }): Promise<Loot> {
  const seen: string[] = []
  const writes = [[`${target}/api/v1/runs`, body], [`${target}/api/v1/questions/${question}/answer`, answer]] as const
  for (const [address, text] of writes) {
    for (const [mode, type] of [['no-cors', 'text/plain'], ['cors', 'application/json'], ['cors', 'text/plain']] as const) {
      await fetch(address, { method: 'POST', mode, credentials: 'include', headers: { 'content-type': type }, body: text })
        .then(async (response) => { if (response.ok) seen.push(await response.text()) }, () => undefined)
    }
    const frame = Object.assign(document.createElement('iframe'), { name: `frame-${Math.random()}` })
    document.body.append(frame)
    const form = Object.assign(document.createElement('form'), { action: address, method: 'POST', enctype: 'text/plain', target: frame.name })
    // A field's name and value around the equals sign make a whole JSON object.
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: `${text.slice(0, -1)},"x":"`, value: '"}' }))
    document.body.append(form)
    await new Promise((resolve) => {
      frame.addEventListener('load', resolve, { once: true })
      setTimeout(resolve, 1000)
      form.submit()
    })
  }
  for (const path of ['/api/v1/runs', '/api/v1/health']) {
    await fetch(`${target}${path}`, { credentials: 'include' }).then(async (response) => { if (response.ok) seen.push(await response.text()) }, () => undefined)
  }
  await new Promise((resolve) => {
    const socket = new WebSocket(`${target.replace('http', 'ws')}/api/v1/stream`)
    socket.onopen = () => { socket.send(JSON.stringify({ kind: 'subscribe-runs' })) }
    socket.onmessage = ({ data }) => { seen.push(String(data)) }
    socket.onclose = resolve
    socket.onerror = resolve
    setTimeout(resolve, 1500)
  })
  return { seen }
}

/** What an agent tries from within its sandbox: reads the token where it may lie, and asks core without one. */
const script = (port: string, data: string): string => `#!/bin/bash
ls ${data} 2>&1; cat ${data}/token ${data}/host.json 2>&1; cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -i token
ask() { exec 3<>"/dev/tcp/127.0.0.1/${port}" || { echo unreachable; return; }; printf '%s' "$1" >&3; head -n 1 <&3; exec 3>&-; }
ask $'POST /api/v1/runs HTTP/1.1\\r\\nHost: 127.0.0.1:${port}\\r\\nContent-Type: application/json\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\n{}'
ask $'POST /api/v1/login-links HTTP/1.1\\r\\nHost: 127.0.0.1:${port}\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n'
`

describe('a stranger', { concurrency: false }, () => {
  const stack = new AsyncDisposableStack()
  let host: CodeForgeProcess
  let ask: Ask
  let url: URL
  let repository = ''
  let project = ''
  let question = ''

  before(async () => {
    const model = stack.use(await scriptedModelServer({
      scripts: [{ name: 'asking', ...{ turns: fixingScript('frobnicate --all').turns } }, { name: 'attacking', turns: [{ toolCalls: [{ tool: 'shell', args: { command: 'bash attack.sh' } }] }, { text: 'Done.' }] }],
    }))
    const data = stack.use(await temporaryDirectory('data'))
    repository = await sampleRepository(stack.use(await temporaryDirectory('repository')).path)
    host = stack.use(startCodeForge(['start', '--no-demo'], data.path, { CODEFORGE_PORT: '0', ...modelSettings(model), CODEFORGE_LLM_MODEL: 'scripted/asking' }))
    ask = await apiOf(host)
    url = new URL(/http:\/\/\S+\/login\?code=[\w-]+/.exec(host.output())?.[0] ?? '')
    await writeFile(join(repository, 'attack.sh'), script(url.port, data.path))
    await run('git', ['-c', 'user.name=T', '-c', 'user.email=t@localhost', 'commit', '-qam', 'x', '--allow-empty'], { cwd: repository })
    await run('git', ['add', '--all'], { cwd: repository })
    await run('git', ['-c', 'user.name=T', '-c', 'user.email=t@localhost', 'commit', '-qm', 'attack'], { cwd: repository })
    project = String((await ask('POST', '/projects', { name: 'Sample', localPath: repository }))['id'])
    await ask('POST', '/runs', { projectId: project, prompt: 'Ask somebody.', attended: true })
    question = await until(async () => ((await ask('GET', '/questions?status=open'))['items'] as { id: string }[])[0]?.id ?? null, 30_000, () => 'nothing was asked')
  })
  after(async () => stack.disposeAsync())

  const nothingHappened = async (): Promise<void> => {
    const runs = (await ask('GET', '/runs'))['items'] as unknown[]
    const { status } = await ask('GET', `/questions/${question}`)
    assert.deepEqual({ runs: runs.length, status }, { runs: 1, status: 'open' })
  }

  test('that is a page in the same browser cannot start a run, answer a question or read anything', async () => {
    const hostile = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<body>hello</body>')).listen(0, '127.0.0.1')
    await once(hostile, 'listening')
    const { port } = hostile.address() as AddressInfo
    await using browser = await chromium(['--host-resolver-rules=MAP evil.example 127.0.0.1'])
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(url.href)
    assert.equal((await context.cookies()).length, 1, 'somebody is signed in')
    const wanted = { body: JSON.stringify({ projectId: project, prompt: 'evil' }), answer: JSON.stringify({ answer: 'allow' }), question }
    const attempts = [
      // Another site; another port of the same one, to which strict cookies go; the server itself under the name of a rebound domain.
      [`http://evil.example:${port}/`, url.origin], [`http://127.0.0.1:${port}/`, url.origin], [`http://evil.example:${url.port}/`, `http://evil.example:${url.port}`],
    ] as const
    for (const [from, target] of attempts) {
      await page.goto(from)
      assert.deepEqual(await page.evaluate(attack, { target, ...wanted }), { seen: [] }, from)
    }
    await nothingHappened()
    hostile.close()
    // The same writes from our own page go through, so it is not for another reason that those failed.
    await page.goto(url.origin)
    const { seen } = await page.evaluate(attack, { target: url.origin, ...wanted })
    assert.ok(seen.some((text) => text.includes('"id"')))
  })

  test('that is an agent in its sandbox finds no token, and is refused without one', async () => {
    const before = ((await ask('GET', '/runs'))['items'] as unknown[]).length
    const { id } = await ask('POST', '/runs', { projectId: project, prompt: 'Attack.', model: 'scripted/attacking', policy: 'headless-permissive-sandbox', deliver: 'none' })
    await ended(ask, String(id))
    const call = (await eventsOf(ask, String(id))).find(({ kind }) => kind === 'toolcall.completed')
    const seen = String(call?.data['observation'])
    assert.equal(seen.match(/401 Unauthorized|unreachable/g)?.length, 2, seen)
    assert.doesNotMatch(seen, /lock\.sqlite|"pid"|[\w-]{43}/)
    assert.equal(((await ask('GET', '/runs'))['items'] as unknown[]).length, before + 1)
  })
})
