import { z } from 'zod'
import { PoolName } from './job.ts'
import { ResourceLimits } from './policy-profile.ts'
import { DeliverMode } from './run-request.ts'

/** A secret is never written in a file: only the name of the environment variable that holds it. */
export const SecretReference = z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) })
export type SecretReference = z.output<typeof SecretReference>

/** Dollars per million tokens. */
export const ModelPrice = z.strictObject({
  prompt: z.number().min(0),
  cachedPrompt: z.number().min(0).optional(),
  completion: z.number().min(0),
})

/** A number, also as text, since the environment knows nothing else. Unlike coercion it takes no empty value for 0. */
function number(schema: z.ZodNumber) {
  return z.preprocess((value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value), schema)
}

const server = z.strictObject({
  /** Address to listen on. Anything but loopback also needs `allowedHosts`. */
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port. */
  port: number(z.number().int().min(0).max(65_535)).default(4747),
  /** Names by which browsers may address the server, besides loopback. */
  allowedHosts: z.array(z.string()).default([]),
  /** Requests per client and minute. */
  requestsPerMinute: number(z.number().int().min(1)).default(1200),
  /** Bytes of a request's body. */
  bodyLimit: number(z.number().int().min(1024)).default(1_048_576),
})

const store = z.strictObject({
  adapter: z.enum(['embedded-postgres', 'postgres']).default('embedded-postgres'),
  /** Connection string of a PostgreSQL server. */
  url: SecretReference.default({ env: 'DATABASE_URL' }),
  poolSize: number(z.number().int().min(2).max(200)).default(10),
})

const queue = z.strictObject({
  adapter: z.enum(['in-process', 'nats']).default('in-process'),
  /** Address of the nats-server, with its credentials where it wants them. */
  url: SecretReference.default({ env: 'NATS_URL' }),
})

const llm = z.strictObject({
  /** Base of any OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1. Null: no model is configured. */
  baseUrl: z.url().nullable().default(null),
  apiKey: SecretReference.default({ env: 'CODEFORGE_LLM_API_KEY' }),
  /** Used where a run names none. Null: the first one that the endpoint lists. */
  model: z.string().min(1).nullable().default(null),
  /** By scenario of the mode; a scenario that is absent uses `model`. */
  scenarios: z.partialRecord(z.enum(['default', 'background', 'think', 'longContext']), z.string().min(1)).default({}),
  /** Tokens of prompt and reply together. */
  contextTokens: number(z.number().int().min(1000)).default(128_000),
  /** False for models that do not know function calling. */
  functionCalling: z.stringbool().or(z.boolean()).default(true),
  /** Sends cache marks that LiteLLM and Anthropic understand. */
  promptCache: z.stringbool().or(z.boolean()).default(false),
  /** Seconds to wait for the first and for each further piece of a reply. */
  idleSeconds: number(z.number().min(1)).default(120),
})

/** Search by meaning. Both `baseUrl` and `model` are needed: without them nothing is sent anywhere. */
const embeddings = z.strictObject({
  /** Base of any OpenAI-compatible endpoint that has embeddings, such as http://127.0.0.1:11434/v1. */
  baseUrl: z.url().nullable().default(null),
  apiKey: SecretReference.default({ env: 'CODEFORGE_EMBEDDINGS_API_KEY' }),
  model: z.string().min(1).nullable().default(null),
  /** Numbers of a vector, for models that can shorten theirs. Null: as many as the model gives. */
  dimensions: number(z.number().int().min(8).max(8192)).nullable().default(null),
  /** Texts of one request. */
  batchTexts: number(z.number().int().min(1).max(2048)).default(64),
  /** Bytes of one request's texts. */
  batchBytes: number(z.number().int().min(1000)).default(100_000),
  /** Tokens that may be sent in one UTC day from one data directory. */
  tokensPerDay: number(z.number().int().min(0)).default(20_000_000),
  /** Dollars of one UTC day, where the endpoint tells a cost or `prices` has one. */
  perDayUsd: number(z.number().min(0)).default(1),
  /** Seconds to wait for a reply while a repository is embedded. */
  timeoutSeconds: number(z.number().min(1)).default(60),
  /** Milliseconds that a search waits for the vector of its query; then words and graph answer alone. */
  queryMs: number(z.number().int().min(10)).default(2000),
  /** Megabytes of vectors that one repository may have in memory; the others are searched on disk. */
  memoryMb: number(z.number().min(0)).default(200),
  /** Globs of files that are never sent, besides `.env` files, keys and the like, which never are. */
  exclude: z.array(z.string().min(1)).default([]),
})

const retrieval = z.strictObject({
  /** How much words and meaning count beside each other, from 0 to 1; without embeddings neither changes anything. */
  bm25Weight: number(z.number().min(0).max(1)).default(0.5),
  semanticWeight: number(z.number().min(0).max(1)).default(0.5),
  /** `weighted` sums what each signal says, which measured best; `reciprocal-rank` sums 1 / (60 + rank). */
  fusion: z.enum(['weighted', 'reciprocal-rank']).default('weighted'),
  /** Hits of a search that does not say how many. */
  topK: number(z.number().int().min(1).max(200)).default(20),
  /** Whether a pack takes neighbours of what was found from the graph. */
  graphEnabled: z.stringbool().or(z.boolean()).default(true),
  /** How many edges from what was found, how many neighbours, and what each edge leaves of a score. */
  graphMaxHops: number(z.number().int().min(1).max(3)).default(2),
  graphTopK: number(z.number().int().min(1).max(200)).default(10),
  graphHopDecay: number(z.number().gt(0).max(1)).default(0.7),
  /** Tokens of the pack that a run begins with, at most an eighth of the model's context. */
  contextTokens: number(z.number().int().min(200).max(200_000)).default(4096),
  /** Tokens of the model's context that a pack leaves free besides the task. */
  promptReserve: number(z.number().int().min(0).max(200_000)).default(1024),
  /** Model that helps a deep search. Null: that of `llm`. */
  subAgentModel: z.string().min(1).nullable().default(null),
  /** Queries that it may make of one. */
  subAgentMaxQueries: number(z.number().int().min(1).max(20)).default(5),
  /** Whether it orders what was found; otherwise scores do. */
  subAgentRerank: z.stringbool().or(z.boolean()).default(true),
  /** Seconds that a deep search may take. */
  subAgentSeconds: number(z.number().min(1).max(300)).default(45),
})

const budget = z.strictObject({
  /** Dollars that all runs of one UTC day may spend together. */
  perDayUsd: number(z.number().min(0)).default(25),
  /** Dollars of one project and UTC day. */
  perProjectPerDayUsd: number(z.number().min(0)).default(10),
  /** Tokens of one run whose model has no price. */
  tokensPerRun: number(z.number().int().min(1000)).default(2_000_000),
})

const runs = z.strictObject({
  policy: z.string().min(1).default('headless-safe-sandbox'),
  deliver: DeliverMode.exclude(['pr']).default('branch'),
  /** Runs of one project at work at once. */
  maxConcurrentPerProject: number(z.number().int().min(1)).default(2),
  /** Runs that may wait before new ones are refused. */
  maxQueued: number(z.number().int().min(1)).default(1000),
  /** Seconds a worker holds a run without renewing. */
  leaseSeconds: number(z.number().min(1)).default(30),
})

const worker = z.strictObject({
  /** Runs this process works on at once. 0: this process does no work itself. */
  slots: number(z.number().int().min(0).max(500)).default(2),
  pools: z.array(PoolName).min(1).default(['default']),
})

const sandbox = z.strictObject({
  /** `auto`: the strongest one that works here. */
  adapter: z.enum(['auto', 'bubblewrap', 'unshare', 'mount']).default('auto'),
  /** Limits of a run whose profile says nothing of them. */
  defaultLimits: z.preprocess((value) => value, ResourceLimits).default({}),
  /** What no run exceeds, whatever its profile says. */
  mostLimits: z.preprocess((value) => value, ResourceLimits).default({}),
})

const git = z.strictObject({
  maxConcurrent: number(z.number().int().min(1).max(64)).default(5),
  authorName: z.string().min(1).default('CodeForge'),
  authorEmail: z.string().min(3).default('codeforge@localhost'),
  /** Token for https remotes. */
  token: SecretReference.default({ env: 'GIT_TOKEN' }),
  /** Hosts that get the token; with a port where it is not the usual one. Whoever starts a run names its address, so no other host does. */
  tokenHosts: z.array(z.string().min(1)).default(['github.com']),
  /** Checkouts kept ready per repository, so that a run finds its files at once. 0: none. */
  warmTrees: number(z.number().int().min(0).max(50)).default(2),
  /** Gigabytes that all of them may take; those used least lately give way. */
  warmGb: number(z.number().min(0)).default(4),
  /** Lays workspaces over such a checkout by an overlay mount, where this process may mount: as root on Linux, outside an ordinary container. */
  overlay: z.stringbool().or(z.boolean()).default(true),
})

const artifacts = z.strictObject({
  /** Where produced files lie. Null: in the data directory. A fleet gives all its processes one shared folder. */
  directory: z.string().min(1).nullable().default(null),
})

const storage = z.strictObject({
  /** Gigabytes that the data directory may take before new runs are refused. */
  quotaGb: number(z.number().min(0.1)).default(20),
  /** Days that ended runs, their events and artifacts stay. */
  keepRunsDays: number(z.number().min(0)).default(90),
  /** Days that the checkpoints of ended runs stay. */
  keepCheckpointsDays: number(z.number().min(0)).default(14),
  /** Hours that files stay which nothing refers to: they may belong to something that is not recorded yet. */
  keepUnreferencedHours: number(z.number().min(0)).default(24),
  /** Minutes between two looks for what is past its time. */
  collectEveryMinutes: number(z.number().min(0.1)).default(60),
  /** Automatic backups kept. */
  keepBackups: number(z.number().int().min(1)).default(5),
})

const notify = z.strictObject({
  /** Program and arguments started when a run ends or asks; it reads one JSON object from standard input. */
  command: z.array(z.string().min(1)).default([]),
  /** Rings the terminal's bell when a run that `codeforge run` follows ends or asks. */
  bell: z.stringbool().or(z.boolean()).default(true),
})

/** Every setting with its default. Files and environment are parsed by this and nothing else. */
export const Config = z.strictObject({
  server: server.prefault({}),
  store: store.prefault({}),
  queue: queue.prefault({}),
  llm: llm.prefault({}),
  embeddings: embeddings.prefault({}),
  retrieval: retrieval.prefault({}),
  /** Prices by model, for endpoints that do not report a cost. */
  prices: z.record(z.string(), ModelPrice).default({}),
  budget: budget.prefault({}),
  runs: runs.prefault({}),
  worker: worker.prefault({}),
  sandbox: sandbox.prefault({}),
  policies: z.strictObject({
    /** Where custom profiles lie; changes there take effect at once. Null: in the data directory. */
    directory: z.string().min(1).nullable().default(null),
  }).prefault({}),
  modes: z.strictObject({ directory: z.string().nullable().default(null) }).prefault({}),
  git: git.prefault({}),
  artifacts: artifacts.prefault({}),
  storage: storage.prefault({}),
  notify: notify.prefault({}),
  log: z.strictObject({
    level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  }).prefault({}),
  demonstration: z.strictObject({
    /** Whether the first `start` shows a run on the sample repository. */
    enabled: z.stringbool().or(z.boolean()).default(true),
  }).prefault({}),
})
export type Config = z.output<typeof Config>
