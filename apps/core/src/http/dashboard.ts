import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import type { CoreConfig } from '../core-config.ts'
import type { App } from './app.ts'

/** Paths of the page; it decides itself what to show there. */
const pagePaths = ['/', '/index.html', '/projects', '/projects/*', '/runs', '/runs/*', '/tasks/*', '/questions', '/policies', '/policies/*', '/modes', '/system']
const hidden = { schema: { hide: true } }

/** What is served while there is no build: the browser asks again by itself. */
const notBuilt = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta http-equiv="refresh" content="5" />
    <title>CodeForge</title>
    <style>body { max-width: 40rem; margin: 15vh auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }</style>
  </head>
  <body>
    <h1>The dashboard is not built</h1>
    <p>CodeForge runs, and its API and the command line work. Build the page in CodeForge's own folder:</p>
    <pre>node scripts/bootstrap.mjs</pre>
    <p>This page looks again every five seconds and shows the dashboard as soon as it is there; CodeForge need not be started again.</p>
  </body>
</html>
`

/**
 * Serves the built dashboard as it lies there now: it may be built, or built anew, under a running server. The page is asked for each
 * time; the files that it names have a digest in their names, and never change.
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
  const page = async (_request: unknown, reply: FastifyReply): Promise<FastifyReply> => {
    if (existsSync(join(dashboardDirectory, 'index.html'))) return reply.sendFile('index.html')
    return reply.status(503).type('text/html').headers({ 'cache-control': 'no-store', 'retry-after': 5 }).send(notBuilt)
  }
  for (const path of pagePaths) app.get(path, hidden, page)
  app.get('/favicon.svg', hidden, async (_request, reply) => reply.sendFile('favicon.svg'))
  app.get<{ Params: { name: string } }>('/assets/:name', hidden, async ({ params }, reply) => reply.sendFile(`assets/${params.name}`))
}
