import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { watching } from '@codeforge/testing/watched-process'
import type { ColumnName } from '../plan.ts'
import { makePlan } from '../plan.ts'
import { playRun } from '../play-run.ts'
import { openScene } from '../scene.ts'
import { levelsOf } from './level.ts'
import type { Level, Sample } from './level.ts'
import { takeSample } from './take-sample.ts'

/** So that retention acts many times within a soak: runs stay for three minutes, what nothing refers to for one. */
const shortRetention = {
  CODEFORGE_STORAGE_KEEP_RUNS_DAYS: String(3 / 1440),
  CODEFORGE_STORAGE_KEEP_CHECKPOINTS_DAYS: String(2 / 1440),
  CODEFORGE_STORAGE_KEEP_UNREFERENCED_HOURS: String(1 / 60),
  CODEFORGE_STORAGE_COLLECT_EVERY_MINUTES: '1',
}

/** Nothing is to fail here, on a busy machine neither. */
const patience = { CODEFORGE_RUNS_LEASE_SECONDS: '30' }

/** More than a soak can play. */
const manyRuns = 50_000

export interface Soaked {
  readonly runs: number
  readonly samples: readonly Sample[]
  readonly levels: readonly Level[]
}

export interface SoakOptions {
  readonly column: ColumnName
  readonly minutes: number
  /** Runs under way at once. */
  readonly atOnce: number
  readonly sampleSeconds: number
  /** Told of each sample. */
  tell(sample: Sample, runs: number): void
}

/** Plays runs without faults for so long, and says what grew. */
export async function soak({ column, minutes, atOnce, sampleSeconds, tell }: SoakOptions): Promise<Soaked> {
  const plan = { ...makePlan(1, column, manyRuns), faults: [] }
  await using watches = await temporaryDirectory('soak')
  const watch = join(watches.path, '%pid.json')
  await using scene = await openScene(plan, { ...shortRetention, ...patience, ...watching(watch) })
  const started = performance.now()
  const elapsed = (): number => (performance.now() - started) / 1000
  const over = (): boolean => elapsed() > minutes * 60
  const samples: Sample[] = []
  const waiting = plan.runs.values()
  let runs = 0
  const players = Array.from({ length: atOnce }, async () => {
    for (const run of waiting) {
      if (over()) return
      const played = await playRun(run, { ...scene, tell: () => undefined })
      runs += played.length
      scene.steps.forget()
    }
  })
  const sampler = async (): Promise<void> => {
    while (!over()) {
      const sample = { seconds: Math.round(elapsed()), values: await takeSample(scene.system, watch) }
      samples.push(sample)
      tell(sample, runs)
      await sleep(sampleSeconds * 1000)
    }
  }
  await Promise.all([sampler(), ...players])
  return { runs, samples, levels: levelsOf(samples) }
}
