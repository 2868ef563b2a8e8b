import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Environment } from './environment.ts'
import { near } from './nearest.ts'
import { settingPaths } from './setting-paths.ts'

/** Short names for what is set most. */
const aliases: Readonly<Record<string, string>> = {
  CODEFORGE_PORT: 'CODEFORGE_SERVER_PORT',
  CODEFORGE_HOST: 'CODEFORGE_SERVER_HOST',
  CODEFORGE_ORCH_SUBAGENT_MODEL: 'CODEFORGE_RETRIEVAL_SUB_AGENT_MODEL',
  CODEFORGE_ORCH_SUBAGENT_MAX_QUERIES: 'CODEFORGE_RETRIEVAL_SUB_AGENT_MAX_QUERIES',
  CODEFORGE_ORCH_SUBAGENT_RERANK: 'CODEFORGE_RETRIEVAL_SUB_AGENT_RERANK',
  CODEFORGE_ORCH_GRAPH_ENABLED: 'CODEFORGE_RETRIEVAL_GRAPH_ENABLED',
  CODEFORGE_ORCH_GRAPH_MAX_HOPS: 'CODEFORGE_RETRIEVAL_GRAPH_MAX_HOPS',
  CODEFORGE_ORCH_GRAPH_TOP_K: 'CODEFORGE_RETRIEVAL_GRAPH_TOP_K',
  CODEFORGE_ORCH_GRAPH_HOP_DECAY: 'CODEFORGE_RETRIEVAL_GRAPH_HOP_DECAY',
  CODEFORGE_ORCH_CONTEXT_BUDGET: 'CODEFORGE_RETRIEVAL_CONTEXT_TOKENS',
  CODEFORGE_ORCH_PROMPT_RESERVE: 'CODEFORGE_RETRIEVAL_PROMPT_RESERVE',
}

/** Variables that are read elsewhere: secrets by reference, and where things lie. */
const reserved = new Set([
  'CODEFORGE_CONFIG', 'CODEFORGE_DATA', 'CODEFORGE_LLM_API_KEY', 'CODEFORGE_EMBEDDINGS_API_KEY', 'CODEFORGE_TOKEN', 'CODEFORGE_RUN', 'CODEFORGE_URL',
])

/** Settings whose value is a list or a table are written as JSON. */
const structured = /^[[{]/

/** The variable that sets a setting: `server.requestsPerMinute` is `CODEFORGE_SERVER_REQUESTS_PER_MINUTE`. */
export function variableOf(path: readonly string[]): string {
  return `CODEFORGE_${path.map((part) => part.replaceAll(/([A-Z])/g, '_$1').toUpperCase()).join('_')}`
}

/** The variable by which the environment sets a setting; null where it does not. */
export function variableInUse(path: readonly string[], environment: Environment): string | null {
  const variable = variableOf(path)
  const names = [variable, ...Object.keys(aliases).filter((alias) => aliases[alias] === variable)]
  return names.find((name) => (environment[name] ?? '') !== '') ?? null
}

/** Every `CODEFORGE_*` variable as the setting it stands for. An unknown one is refused, since it is likely a slip. */
export function environmentSettings(environment: Environment): Record<string, unknown> {
  const paths = new Map(settingPaths.map((path) => [variableOf(path), path]))
  const settings: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('CODEFORGE_') || reserved.has(name) || value === undefined || value === '') continue
    const path = paths.get(aliases[name] ?? name)
    if (!path) {
      const guess = near(name, [...paths.keys(), ...Object.keys(aliases), ...reserved])
      throw new CodeForgeError('invalid-config', `There is no environment variable ${name}${guess === null ? '' : `; did you mean ${guess}?`}`)
    }
    assign(settings, path, structured.test(value) ? parseJson(name, value) : value)
  }
  return settings
}

function parseJson(name: string, value: string): unknown {
  try {
    return JSON.parse(value)
  } catch (error) {
    throw new CodeForgeError('invalid-config', `${name} is no JSON: ${(error as Error).message}`, { cause: error })
  }
}

function assign(settings: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path
  if (head === undefined) return
  if (rest.length === 0) settings[head] = value
  else assign((settings[head] ??= {}) as Record<string, unknown>, rest, value)
}
