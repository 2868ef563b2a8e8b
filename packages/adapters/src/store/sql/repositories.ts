import type { Repositories } from '@codeforge/ports/store/store'
import type { Kysely } from 'kysely'
import { acceptanceStore } from './acceptances.ts'
import { artifactIndex } from './artifacts.ts'
import { budgetStore } from './budgets.ts'
import { eventStore } from './events.ts'
import { graphStore } from './graphs.ts'
import { idempotencyStore } from './idempotency.ts'
import { jobStore } from './jobs.ts'
import { projectStore } from './projects.ts'
import { questionStore } from './questions.ts'
import { runStore } from './runs.ts'
import { settingStore } from './settings.ts'
import type { Tables } from './tables.ts'
import { taskStore } from './tasks.ts'
import { workerStore } from './workers.ts'

/** Every aggregate over one connection pool, or over one transaction. */
export function repositories(db: Kysely<Tables>): Repositories {
  return {
    projects: projectStore(db),
    tasks: taskStore(db),
    runs: runStore(db),
    acceptances: acceptanceStore(db),
    events: eventStore(db),
    jobs: jobStore(db),
    questions: questionStore(db),
    artifacts: artifactIndex(db),
    budgets: budgetStore(db),
    idempotency: idempotencyStore(db),
    workers: workerStore(db),
    settings: settingStore(db),
    graphs: graphStore(db),
  }
}
