import { z } from 'zod'
import { signalOf } from '../http/index.ts'
import type { App, RouteContext } from '../http/index.ts'

/** Upkeep on demand: a backup, and the removal of what is past its retention. */
export function maintenanceRoutes(app: App, { ports }: RouteContext): void {
  const { maintenance } = ports

  app.post('/backups', { schema: { tags: ['maintenance'], response: { 201: z.strictObject({ file: z.string() }) } } }, async (_request, reply) =>
    reply.status(201).send({ file: await maintenance.backUp(signalOf(reply)) }))

  const collected = z.strictObject({ runs: z.int(), artifacts: z.int(), bytes: z.number() })
  app.post('/gc', { schema: { tags: ['maintenance'], response: { 200: collected } } }, async (_request, reply) => maintenance.collect(signalOf(reply)))
}
