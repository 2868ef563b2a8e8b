import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { TerminationCondition } from '@codeforge/contracts/termination'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { CoreConfig } from '../core-config.ts'
import type { App } from './app.ts'

/** OpenAPI made from the routes' schemas: `/api/docs` for people, `/api/docs/json` for programs. */
export async function installDocs(app: App, { version }: Pick<CoreConfig, 'version'>): Promise<void> {
  // What contains itself must have a name.
  const schemaRegistry = z.registry<{ id: string }>()
  schemaRegistry.add(TerminationCondition, { id: 'TerminationCondition' })
  const transform = createJsonSchemaTransform({ schemaRegistry })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'CodeForge', version, description: 'Tasks in, checked changes out.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: (route) => {
      const { schema, url } = transform(route)
      return { schema: anyJson(schema) as typeof schema, url }
    },
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  })
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: false })
}

/** A value of any JSON also contains itself; it has no name, so a reference to it leads nowhere and becomes the schema of everything. */
function anyJson(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(anyJson)
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$ref' in schema && /^#\/components\/schemas\/schema\d+$/.test(String(schema.$ref))) return {}
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, anyJson(value)]))
}
