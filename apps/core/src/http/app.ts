import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { CoreConfig } from '../core-config.ts'
import type { CorePorts } from '../ports.ts'
import type { RunIntake } from '../runs/index.ts'

/** The HTTP application with zod as the type provider of its routes. */
export type App = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, ZodTypeProvider>

/** What a module's routes are given. */
export interface RouteContext {
  readonly ports: CorePorts
  readonly config: CoreConfig
  readonly intake: RunIntake
  /** Says that the outbox has grown. */
  wakeRelay(): void
}
