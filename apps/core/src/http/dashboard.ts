import fastifyStatic from '@fastify/static'
import type { CoreConfig } from '../core-config.ts'
import type { App } from './app.ts'

/** Serves the built dashboard; its own paths all lead to the one page. */
export async function serveDashboard(app: App, { dashboardDirectory }: Pick<CoreConfig, 'dashboardDirectory'>): Promise<void> {
  if (dashboardDirectory === null) return
  await app.register(fastifyStatic, { root: dashboardDirectory, wildcard: false, index: ['index.html'], cacheControl: false })
  for (const path of ['/projects', '/projects/*', '/runs', '/runs/*', '/tasks/*', '/questions', '/policies', '/policies/*', '/modes', '/system']) {
    app.get(path, { schema: { hide: true } }, async (_request, reply) => reply.sendFile('index.html'))
  }
}
