import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import type { CoreConfig } from '../core-config.ts'
import type { App } from './app.ts'

/** Paths of the page; it decides itself what to show there. */
const pagePaths = ['/', '/index.html', '/projects', '/projects/*', '/runs', '/runs/*', '/tasks/*', '/questions', '/policies', '/policies/*', '/modes', '/system']
const hidden = { schema: { hide: true } }

/**
 * Serves the built dashboard as it lies there now: it may be built anew under a running server. The page is asked for each time;
 * the files that it names have a digest in their names, and never change.
 */
export async function serveDashboard(app: App, { dashboardDirectory }: Pick<CoreConfig, 'dashboardDirectory'>): Promise<void> {
  if (dashboardDirectory === null) return
  const assets = join(dashboardDirectory, 'assets') + sep
  await app.register(fastifyStatic, {
    root: dashboardDirectory,
    serve: false,
    cacheControl: false,
    // Called for files that are there: that one is missing must not be remembered.
    setHeaders: (reply, path) => void reply.header('cache-control', path.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache'),
  })
  const page = async (_request: unknown, reply: FastifyReply): Promise<FastifyReply> => reply.sendFile('index.html')
  for (const path of pagePaths) app.get(path, hidden, page)
  app.get('/favicon.svg', hidden, async (_request, reply) => reply.sendFile('favicon.svg'))
  app.get<{ Params: { name: string } }>('/assets/:name', hidden, async ({ params }, reply) => reply.sendFile(`assets/${params.name}`))
}
