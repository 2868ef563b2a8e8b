import { z } from 'zod'

/** How a connection proves who it is. Values come from the host, which resolved them from the environment. */
export const NatsLogin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('password'), user: z.string().min(1), password: z.string().min(1) }),
  z.strictObject({ kind: z.literal('token'), token: z.string().min(1) }),
  /** A `.creds` file as `nsc` writes it. */
  z.strictObject({ kind: z.literal('credentials'), file: z.string().min(1) }),
  /** The seed of a user's key pair; it starts with `SU`. */
  z.strictObject({ kind: z.literal('nkey'), seed: z.string().regex(/^SU[A-Z2-7]{56}$/) }),
])

export const NatsConfig = z.strictObject({
  /** Addresses, `nats://host:port` or `tls://host:port`; any of them will do. */
  servers: z.array(z.string().min(1)).min(1).default(['nats://127.0.0.1:4222']),
  /** Shown by the server's monitoring. */
  name: z.string().min(1).default('codeforge'),
  /** `worker` never makes or changes streams; what each identity may do is in `deploy/nats/nats.conf.example`. */
  identity: z.enum(['core', 'worker']).default('core'),
  /** Where replies come in. Core and workers need different ones, lest a worker read what core is told. */
  inboxPrefix: z.string().regex(/^[\w-]+(\.[\w-]+)*$/).default('_INBOX'),
  login: NatsLogin.default({ kind: 'none' }),
  /** Null: encrypted only where the server demands it. Paths of PEM files; without `caFile` the system's authorities hold. */
  tls: z.strictObject({ caFile: z.string().optional(), certFile: z.string().optional(), keyFile: z.string().optional() }).nullable().default(null),
  /** Milliseconds until the first connection must stand. */
  connectMs: z.int().min(100).default(5_000),
  /** Milliseconds until JetStream must have confirmed what it was told. */
  confirmMs: z.int().min(100).default(10_000),
  /** Milliseconds a delivery may stay silent before the job is delivered again. */
  leaseMs: z.int().min(100).default(30_000),
  /** A job delivered more often goes to the dead letters. */
  maxDeliveries: z.int().min(1).default(25),
  /** Bytes of waiting jobs; beyond them publishing is refused, and core tries again. */
  maxJobBytes: z.int().min(1024).default(1024 ** 3),
  /** Dead letters older than this many days are dropped. */
  deadLetterDays: z.number().positive().default(30),
  /** Bytes of dead letters; the oldest make room. */
  maxDeadLetterBytes: z.int().min(1024).default(256 * 1024 ** 2),
  /** Copies of each stream in a cluster. */
  replicas: z.int().min(1).max(5).default(1),
})
export type NatsConfig = z.output<typeof NatsConfig>
