import { z } from 'zod'
import type { App, RouteContext } from '../http/app.ts'
import { signalOf } from '../http/request-context.ts'

/** Upkeep on demand: a backup, and the removal of what is past its retention. */
export function maintenanceRoutes(app: App, { ports }: RouteContext): void {
  const { maintenance } = ports

  app.post('/backups', { schema: { tags: ['maintenance'], response: { 201: z.strictObject({ file: z.string() }) } } }, async (request, reply) =>
    reply.status(201).send({ file: await maintenance.backUp(signalOf(request)) }))

  const collected = z.strictObject({ runs: z.int(), artifacts: z.int(), bytes: z.number() })
  app.post('/gc', { schema: { tags: ['maintenance'], response: { 200: collected } } }, async (request) => maintenance.collect(signalOf(request)))
}
