import type { Config, SecretReference } from '@codeforge/contracts/config'
import { Redactor, Secret } from '@codeforge/contracts/secret'
import type { Environment } from './environment.ts'

/** The secrets of this process, read once from the environment variables that the configuration names. */
export interface Secrets {
  read(reference: SecretReference): Secret | null
  /** By scope, for workers: `git` is the only one yet. */
  byScope(scope: string): string | null
  readonly redactor: Redactor
}

export function readSecrets(config: Config, environment: Environment): Secrets {
  const redactor = new Redactor()
  const read = (reference: SecretReference): Secret | null => {
    const value = environment[reference.env]
    if (value === undefined || value === '') return null
    const secret = new Secret(value)
    redactor.add(secret)
    return secret
  }
  for (const reference of [config.llm.apiKey, config.embeddings.apiKey, config.git.token, config.store.url, config.queue.url]) read(reference)
  return {
    read,
    byScope: (scope) => (scope === 'git' ? read(config.git.token)?.reveal() ?? null : null),
    redactor,
  }
}
