import { PolicySummary } from '@codeforge/contracts/api'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { EvaluateCall, Evaluation, PolicyDocument, PolicyReport, PolicySource, RejectedPolicy, SimulatePolicy, Simulation } from '@codeforge/contracts/policy-api'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { z } from 'zod'
import { callerOf, write } from '../http/index.ts'
import type { App, RouteContext } from '../http/index.ts'
import type { CorePorts } from '../ports.ts'
import { judgeCall, profileFor } from './judge-call.ts'
import { simulate } from './simulate.ts'

const byName = z.strictObject({ name: z.string().max(200) })
const tags = ['policies']
const simulatedMs = 30 * 24 * 3_600_000
/** A simulation longer than this is broken off. */
const simulationMs = 120_000

/** Policy profiles: to read, to try calls on, and the custom ones to change. */
export function policyRoutes(app: App, { ports }: RouteContext): void {
  readingRoutes(app, ports)
  changingRoutes(app, ports)
  tryingRoutes(app, ports)
}

function readingRoutes(app: App, { policies }: CorePorts): void {
  const listed = z.strictObject({ items: z.array(PolicySummary), rejected: z.array(RejectedPolicy) })
  app.get('/policies', { schema: { tags, response: { 200: listed } } }, async () => ({
    items: policies.list().map(({ item, preset }) => ({
      name: item.name, description: item.description, situation: item.situation, sandbox: item.sandbox,
      maxCostMicroUsd: item.maxCostMicroUsd, preset, rules: item.rules.length, guards: item.guards.length,
    })),
    rejected: [...policies.rejected()],
  }))

  app.get('/policies/:name', { schema: { tags, params: byName, response: { 200: PolicyProfile } } }, async (request) => found(policies, request.params.name))

  app.get('/policies/:name/document', { schema: { tags, params: byName, response: { 200: PolicyDocument } } }, async (request) => {
    const profile = found(policies, request.params.name)
    const preset = policies.list().some(({ item, preset: isShipped }) => isShipped && item.name === profile.name)
    return { profile, preset, yaml: await policies.source(profile.name) ?? '' }
  })
}

function changingRoutes(app: App, ports: CorePorts): void {
  const { policies } = ports
  app.post('/policies/check', { schema: { tags, body: PolicySource, response: { 200: PolicyReport } } }, async (request) => policies.check(request.body.yaml))

  app.post('/policies', { schema: { tags, body: PolicySource, response: { 201: PolicyProfile } } }, async (request, reply) =>
    write(ports, request, reply, 201, async () => ({ body: await policies.save(request.body.yaml, ({ name }) => { refuseTaken(policies, name) }) })))

  app.put('/policies/:name', { schema: { tags, params: byName, body: PolicySource, response: { 200: PolicyProfile } } }, async (request, reply) =>
    write(ports, request, reply, 200, async () => {
      const { name } = request.params
      found(policies, name)
      const sameName = (profile: PolicyProfile) => {
        if (profile.name !== name) throw new CodeForgeError('invalid-input', `The text names itself '${profile.name}', not '${name}'. A new name is a new profile: POST it.`)
      }
      return { body: await policies.save(request.body.yaml, sameName) }
    }))

  app.delete('/policies/:name', { schema: { tags, params: byName, response: { 204: z.null() } } }, async (request, reply) =>
    write(ports, request, reply, 204, async () => {
      await policies.remove(request.params.name)
      return { body: null }
    }))
}

function tryingRoutes(app: App, ports: CorePorts): void {
  app.post('/policies/:name/evaluate', { schema: { tags, params: byName, body: EvaluateCall, response: { 200: Evaluation } } }, async (request) =>
    judgeCall(ports, request.params.name, request.body))

  app.post('/policies/:name/simulate', { schema: { tags, params: byName, body: SimulatePolicy, response: { 200: Simulation } } }, async (request) => {
    const { since, yaml } = request.body
    const profile = profileFor(ports, request.params.name, yaml)
    const from = since === undefined ? new Date(ports.clock.now().getTime() - simulatedMs) : new Date(since)
    return simulate(ports, callerOf(request).tenant, profile, from, AbortSignal.timeout(simulationMs))
  })
}

function refuseTaken(policies: CorePorts['policies'], name: string): void {
  const taken = policies.list().find(({ item }) => item.name === name)
  if (taken?.preset) throw new CodeForgeError('policy-protected', `'${name}' is a shipped profile.`)
  if (taken) throw new CodeForgeError('conflict', `There is a profile '${name}' already; PUT replaces it.`)
}

function found(policies: CorePorts['policies'], name: string): PolicyProfile {
  const profile = policies.get(name)
  if (!profile) throw new CodeForgeError('policy-not-found', `There is no policy profile '${name}'.`)
  return profile
}
