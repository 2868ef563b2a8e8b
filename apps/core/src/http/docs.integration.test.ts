import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { openScene } from '../testing/scene.ts'
import type { Scene } from '../testing/scene.ts'

type Operation = Readonly<Record<string, unknown>> & { readonly tags?: readonly string[]; readonly requestBody?: unknown }

interface OpenApi {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

describe('the documentation of the API', () => {
  let scene: Scene
  let document: OpenApi
  before(async () => {
    scene = await openScene()
    document = (await scene.call<OpenApi>('GET', '/api/docs/json')).body
  })
  after(async () => { await scene[Symbol.asyncDispose]() })

  test('is a valid OpenAPI document', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>)
    assert.ok(valid, JSON.stringify(errors, null, 1))
  })

  test('lists every route', async () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    assert.deepEqual(described.sort(), [
      'DELETE /api/v1/policies/{name}', 'DELETE /api/v1/projects/{id}', 'DELETE /api/v1/tasks/{id}',
      'GET /api/v1/health', 'GET /api/v1/modes', 'GET /api/v1/modes/{id}', 'GET /api/v1/policies', 'GET /api/v1/policies/{name}',
      'GET /api/v1/policies/{name}/document',
      'GET /api/v1/projects', 'GET /api/v1/projects/{id}', 'GET /api/v1/projects/{id}/graph', 'GET /api/v1/projects/{id}/graph/references', 'GET /api/v1/projects/{id}/graph/status',
      'GET /api/v1/projects/{id}/graph/nodes', 'GET /api/v1/projects/{id}/graph/edges', 'GET /api/v1/projects/{id}/graph/symbol',
      'GET /api/v1/projects/{id}/index', 'GET /api/v1/projects/{id}/repomap', 'GET /api/v1/projects/{id}/tasks',
      'GET /api/v1/questions', 'GET /api/v1/questions/{id}', 'GET /api/v1/queue', 'GET /api/v1/queue/dead-letters',
      'GET /api/v1/runs', 'GET /api/v1/runs/{id}', 'GET /api/v1/runs/{id}/artifacts', 'GET /api/v1/runs/{id}/artifacts/{*}',
      'GET /api/v1/runs/{id}/blobs/{digest}', 'GET /api/v1/runs/{id}/diff', 'GET /api/v1/runs/{id}/events', 'GET /api/v1/runs/{id}/stream',
      'GET /api/v1/tasks/{id}', 'GET /api/v1/tasks/{id}/runs',
      'GET /health', 'GET /health/live', 'GET /health/ready',
      'PATCH /api/v1/projects/{id}', 'PATCH /api/v1/tasks/{id}', 'PUT /api/v1/policies/{name}',
      'POST /api/v1/backups', 'POST /api/v1/gc', 'POST /api/v1/login-links',
      'POST /api/v1/policies', 'POST /api/v1/policies/check', 'POST /api/v1/policies/{name}/evaluate', 'POST /api/v1/policies/{name}/simulate',
      'POST /api/v1/projects', 'POST /api/v1/projects/{id}/tasks', 'POST /api/v1/projects/{id}/context', 'POST /api/v1/projects/{id}/excerpts', 'POST /api/v1/projects/{id}/graph/search', 'POST /api/v1/projects/{id}/graph/build',
      'POST /api/v1/projects/{id}/index', 'POST /api/v1/projects/{id}/predict', 'POST /api/v1/projects/{id}/repomap', 'POST /api/v1/projects/{id}/search', 'POST /api/v1/projects/{id}/search/agent',
      'POST /api/v1/tasks/{id}/context',
      'POST /api/v1/questions/{id}/answer', 'POST /api/v1/queue/dead-letters/{id}/replay',
      'POST /api/v1/runs', 'POST /api/v1/runs/{id}/cancel', 'POST /api/v1/runs/{id}/pause', 'POST /api/v1/runs/{id}/resume', 'POST /api/v1/runs/{id}/retry',
    ].sort())
  })

  test('is made from the schemas', () => {
    const created = JSON.stringify(document.paths['/api/v1/runs']?.['post']?.requestBody)
    for (const field of ['projectId', 'prompt', 'maxCostMicroUsd', 'includeDirty']) assert.match(created, new RegExp(`"${field}"`))
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) assert.equal(operation.tags?.length, 1, `${method} ${path} stands under one heading`)
    }
  })

  test('can be read by people, where they are signed in', async () => {
    const { status, body, headers } = await scene.call<string>('GET', '/api/docs/')
    assert.equal(status, 200, String(headers['location']))
    assert.match(body, /swagger-ui/)
  })
})
