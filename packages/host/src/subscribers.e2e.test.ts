import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { apiOf, startCodeForge, until } from '@codeforge/testing/codeforge-process'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { ended, fixingScript, modelSettings, sampleRepository, startRun } from './testing/columns.ts'

const reconnects = 100

test('a dashboard that connects a hundred times leaves no descriptor open in the host', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  await using model = await scriptedModelServer({ scripts: [fixingScript('ls')] })
  await using data = await temporaryDirectory('data')
  await using directory = await temporaryDirectory('repository')
  await using host = startCodeForge(['start', '--no-demo'], data.path, { CODEFORGE_PORT: '0', CODEFORGE_SERVER_REQUESTS_PER_MINUTE: '100000', ...modelSettings(model) })
  const ask = await apiOf(host)
  const id = await startRun(ask, await sampleRepository(directory.path))
  await ended(ask, id)
  const { url } = JSON.parse(await readFile(join(data.path, 'host.json'), 'utf8')) as { url: string }
  const headers = { authorization: `Bearer ${(await readFile(join(data.path, 'token'), 'utf8')).trim()}` }
  const descriptors = async (): Promise<number> => (await readdir(`/proc/${host.pid}/fd`)).length

  // Once of each kind first: what is opened with the first connection and kept is no leak.
  const connections = [() => overSocket(url, headers, id), () => torn(url, headers, id), () => overEvents(url, headers, id)]
  for (const connect of connections) await connect()
  const before = await descriptors()
  for (let round = 0; round < reconnects; round += 1) await connections[round % connections.length]?.()
  let after = 0
  await until(async () => (after = await descriptors()) <= before, 20_000, () => `${before} descriptors before, ${after} after`)
})

/** Subscribes as a dashboard does, reads what there is, and closes. */
async function overSocket(url: string, headers: Readonly<Record<string, string>>, id: string): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/stream`, { headers })
  const caughtUp = Promise.withResolvers<undefined>()
  socket.onopen = () => {
    socket.send(JSON.stringify({ kind: 'subscribe-runs' }))
    socket.send(JSON.stringify({ kind: 'subscribe', stream: `run.${id}`, after: 0 }))
  }
  socket.onmessage = ({ data }) => { if (String(data).includes('"caught-up"')) caughtUp.resolve(undefined) }
  socket.onerror = () => { caughtUp.reject(new Error('the connection failed')) }
  await caughtUp.promise
  socket.close()
}

/** The same, but the connection is gone in the middle, without a word. */
async function torn(url: string, headers: Readonly<Record<string, string>>, id: string): Promise<void> {
  const upgrade = { 'connection': 'Upgrade', 'upgrade': 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': randomBytes(16).toString('base64') }
  const [, socket] = await once(get(`${url}/api/v1/stream`, { headers: { ...headers, ...upgrade } }), 'upgrade') as [IncomingMessage, Socket]
  const payload = Buffer.from(JSON.stringify({ kind: 'subscribe', stream: `run.${id}`, after: 0 }))
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]))
  await once(socket, 'data')
  socket.destroy()
}

async function overEvents(url: string, headers: Readonly<Record<string, string>>, id: string): Promise<void> {
  const leaving = new AbortController()
  const response = await fetch(`${url}/api/v1/runs/${id}/stream`, { headers, signal: leaving.signal })
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    if (text.includes('caught-up')) break
  }
  leaving.abort()
}
