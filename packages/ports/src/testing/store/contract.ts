import { describe } from 'node:test'
import { describeAcceptances } from './acceptances.ts'
import { describeBudgets } from './budgets.ts'
import { describeEvents } from './events.ts'
import { describeGraphs } from './graphs.ts'
import { describeIdempotency } from './idempotency.ts'
import { describeJobs } from './jobs.ts'
import { describeProjects, describeTasks } from './projects.ts'
import { describeArtifacts, describeQuestions } from './questions.ts'
import { describeRuns } from './runs.ts'
import { storeTests, type OpenStore, type StoreTest } from './subject.ts'
import { describeTransactions } from './transactions.ts'
import { describeUpkeep } from './upkeep.ts'
import { describeSettings, describeWorkers } from './workers.ts'

const aggregates = {
  projects: describeProjects,
  tasks: describeTasks,
  runs: describeRuns,
  events: describeEvents,
  acceptances: describeAcceptances,
  jobs: describeJobs,
  questions: describeQuestions,
  artifacts: describeArtifacts,
  budgets: describeBudgets,
  idempotency: describeIdempotency,
  workers: describeWorkers,
  settings: describeSettings,
  graphs: describeGraphs,
  transactions: describeTransactions,
  /** Migrations, backup and restore. */
  upkeep: describeUpkeep,
} satisfies Record<string, (test: StoreTest) => void>

/** What every Store must do. Each test asks `open` for a store of its own, one after the other; `skip` names the parts an adapter lacks. */
export function describeStoreContract(name: string, open: OpenStore, { skip = [] }: { readonly skip?: readonly (keyof typeof aggregates)[] } = {}): void {
  describe(`store contract: ${name}`, () => {
    for (const [part, describePart] of Object.entries(aggregates)) {
      if (!skip.some((skipped) => skipped === part)) describePart(storeTests(open))
    }
  })
}
