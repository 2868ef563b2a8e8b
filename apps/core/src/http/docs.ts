import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { CoreConfig } from '../core-config.ts'
import type { App } from './app.ts'

/** OpenAPI made from the routes' schemas: `/api/docs` for people, `/api/docs/json` for programs. */
export async function installDocs(app: App, { version }: Pick<CoreConfig, 'version'>): Promise<void> {
  await app.register(swagger, {
    openapi: {
      info: { title: 'CodeForge', version, description: 'Tasks in, checked changes out.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  })
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: false })
}
