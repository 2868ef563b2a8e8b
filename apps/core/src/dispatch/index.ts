export { announceWorker } from './workers.ts'
export { startRelay, workerSilenceMs } from './relay.ts'
export type { Relay } from './relay.ts'
export { startSweeper, takeBackRuns } from './sweeper.ts'
