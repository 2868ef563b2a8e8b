import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'

/** One burst of requests. */
export interface Burst {
  readonly port: number
  /** The whole request, as it goes over the wire. */
  readonly request: string
  readonly connections: number
  readonly requests: number
}

const headEnd = '\r\n\r\n'

/** Sends requests over connections that stay, one after the other on each, and answers with how many milliseconds all took. */
async function burst({ port, request, connections, requests }: Burst): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: connections }, async () => opened(port)))
  let left = requests
  const began = performance.now()
  await Promise.all(sockets.map(async (socket) => new Promise<void>((resolve, reject) => {
    const next = (): void => {
      if (left === 0) return resolve()
      left -= 1
      socket.write(request)
    }
    let wanted = 0
    let seen = 0
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      if (wanted === 0) {
        const head = chunk.toString('latin1')
        const end = head.indexOf(headEnd)
        const length = /^content-length: (\d+)/im.exec(head)?.[1]
        if (!head.startsWith('HTTP/1.1 200') || end < 0 || length === undefined) return reject(new Error(`an answer of another kind: ${head.slice(0, 300)}`))
        wanted = end + headEnd.length + Number(length)
      }
      seen += chunk.length
      if (seen < wanted) return
      wanted = 0
      seen = 0
      next()
    })
    next()
  })))
  const took = performance.now() - began
  for (const socket of sockets) socket.destroy()
  return took
}

async function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => { resolve(socket) })
    socket.setNoDelay(true)
    socket.once('error', reject)
  })
}

parentPort?.on('message', (wanted: Burst) => {
  burst(wanted).then((took) => parentPort?.postMessage({ took }), (error: unknown) => parentPort?.postMessage({ error: String(error) }))
})
