import { PolicySummary } from '@codeforge/contracts/api'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { z } from 'zod'
import type { App, RouteContext } from '../http/index.ts'

/** Policy profiles, to read. */
export function policyRoutes(app: App, { ports }: RouteContext): void {
  const items = z.strictObject({ items: z.array(PolicySummary) })
  app.get('/policies', { schema: { tags: ['policies'], response: { 200: items } } }, async () => ({
    items: ports.policies.list().map(({ item, preset }) => ({
      name: item.name, description: item.description, situation: item.situation, sandbox: item.sandbox,
      maxCostMicroUsd: item.maxCostMicroUsd, preset, rules: item.rules.length, guards: item.guards.length,
    })),
  }))

  const byName = z.strictObject({ name: z.string() })
  app.get('/policies/:name', { schema: { tags: ['policies'], params: byName, response: { 200: PolicyProfile } } }, async (request) => {
    const profile = ports.policies.get(request.params.name)
    if (!profile) throw new CodeForgeError('policy-not-found', `There is no policy profile '${request.params.name}'.`)
    return profile
  })
}
