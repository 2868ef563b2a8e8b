import { Readable } from 'node:stream'
import { Artifact } from '@codeforge/contracts/artifact'
import { Digest } from '@codeforge/contracts/blob'
import type { BlobRef } from '@codeforge/contracts/blob'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { RunId } from '@codeforge/contracts/ids'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { signalOf } from '../http/index.ts'
import type { App, RouteContext } from '../http/index.ts'

const byRun = z.strictObject({ id: RunId })
const list = z.strictObject({ items: z.array(Artifact).readonly() })

/** Files that runs have produced. */
export function artifactRoutes(app: App, { ports }: RouteContext): void {
  const { store, artifacts } = ports

  const send = async (reply: FastifyReply, blob: BlobRef, name: string): Promise<FastifyReply> => {
    if (!await artifacts.has(blob.digest)) throw new CodeForgeError('not-found', `'${name}' is no longer stored.`)
    return reply
      .header('content-length', blob.size)
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name.slice(name.lastIndexOf('/') + 1))}`)
      // Produced by agents: never anything a browser would run.
      .type(blob.mediaType.startsWith('text/') ? 'text/plain; charset=utf-8' : 'application/octet-stream')
      .send(Readable.from(artifacts.stream(blob.digest, signalOf(reply))))
  }

  app.get('/runs/:id/artifacts', { schema: { tags: ['artifacts'], params: byRun, response: { 200: list } } }, async (request) => {
    const { id } = request.params
    if (await store.runs.get(id) === null) throw new CodeForgeError('not-found', `There is no run ${id}.`)
    return { items: await store.artifacts.list(id) }
  })

  app.get('/runs/:id/artifacts/*', { schema: { tags: ['artifacts'], params: byRun.extend({ '*': z.string() }) } }, async (request, reply) => {
    const name = request.params['*']
    const artifact = await store.artifacts.find(request.params.id, name)
    if (!artifact) throw new CodeForgeError('not-found', `The run has no artifact '${name}'.`)
    return send(reply, artifact.blob, name)
  })

  app.get('/runs/:id/blobs/:digest', { schema: { tags: ['artifacts'], params: byRun.extend({ digest: Digest }) } }, async (request, reply) => {
    const { id, digest } = request.params
    const artifact = (await store.artifacts.list(id)).find(({ blob }) => blob.digest === digest)
    if (!artifact) throw new CodeForgeError('not-found', 'The run refers to no such value.')
    return send(reply, artifact.blob, artifact.name)
  })

  app.get('/runs/:id/diff', { schema: { tags: ['artifacts'], params: byRun } }, async (request, reply) => {
    const { id } = request.params
    const delivered = await store.artifacts.find(id, 'delivery/change.patch')
    const patch = delivered ?? await store.artifacts.find(id, 'delivery/unfinished.patch') ?? await store.artifacts.find(id, 'gates/refused-change.patch')
    if (!patch) throw new CodeForgeError('not-found', 'The run has left no change; `codeforge show` says how it ended.')
    return send(reply, patch.blob, 'change.patch')
  })
}
