import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { playCampaign } from './campaign.ts'
import { makePlan } from './plan.ts'
import type { ColumnName } from './plan.ts'

const usage = 'npm run chaos -- [--seed <number>] [--runs <per campaign>] [--column embedded|fleet|both] [--minutes <at most>] [--quiet]'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    runs: { type: 'string', default: '40' },
    column: { type: 'string', default: 'both' },
    minutes: { type: 'string' },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function columnsOf(column: string): readonly ColumnName[] {
  if (column === 'both') return ['embedded', 'fleet']
  if (column === 'embedded' || column === 'fleet') return [column]
  throw new Error(usage)
}

/** Plays campaigns, one seed after the other, until the time is over or something does not hold. */
async function main(): Promise<void> {
  if (values.help) return void say(usage)
  const columns = columnsOf(values.column)
  const runs = Number(values.runs)
  let seed = Number(values.seed ?? randomInt(1_000_000))
  const until = performance.now() + Number(values.minutes ?? 0) * 60_000
  do {
    for (const column of columns) {
      const tell = (message: string): void => { if (!values.quiet) say(`  ${message}`) }
      say(`${column}, seed ${seed}, ${runs} runs`)
      const played = await playCampaign(makePlan(seed, column, runs), { tell })
      say(`${column}, seed ${seed}: ${played.runs} runs, ${played.faults.length} faults, ${played.violations.length} violations, ${played.seconds.toFixed(0)} s`)
      if (played.violations.length === 0) continue
      for (const { invariant, runId, detail } of played.violations) say(`VIOLATED ${invariant} ${runId ?? ''} ${detail}`)
      say(`\n${played.output}\n\nreplay with: npm run chaos -- --seed ${seed} --runs ${runs} --column ${column}`)
      process.exitCode = 1
      return
    }
    seed += 1
  } while (performance.now() < until)
}

await main()
