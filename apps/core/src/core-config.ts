import type { Price } from '@codeforge/contracts/money'
import type { Config } from '@codeforge/contracts/config'
import type { PoolName } from '@codeforge/contracts/job'

/** What core is told by the composition root. */
export interface CoreConfig {
  readonly version: string
  readonly server: Config['server']
  readonly budget: Config['budget']
  readonly runs: Config['runs']
  readonly storage: Config['storage']
  readonly llm: Config['llm']
  readonly retrieval: Config['retrieval']
  readonly prices: Readonly<Record<string, Price>>
  readonly queueAdapter: string
  /** Where jobs go whose repository is a path on this host. */
  readonly localPathPool: PoolName
  readonly dataDirectory: string
  /** Built dashboard, or null where it is not built. */
  readonly dashboardDirectory: string | null
  /** The API token. */
  readonly token: string
}
