import { parseArgs } from 'node:util'
import { soak } from './soak/soak.ts'
import type { Sample } from './soak/level.ts'

const usage = 'npm run soak -- [--minutes 30] [--column embedded|fleet] [--at-once 2] [--every <seconds between samples>]'

const { values } = parseArgs({
  options: {
    'minutes': { type: 'string', default: '30' },
    'column': { type: 'string', default: 'embedded' },
    'at-once': { type: 'string', default: '2' },
    'every': { type: 'string', default: '15' },
    'help': { type: 'boolean', default: false },
  },
})

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function tell({ seconds, values: measured }: Sample, runs: number): void {
  say(JSON.stringify({ seconds, runs, ...Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, Math.round(value * 10) / 10])) }))
}

async function main(): Promise<void> {
  const { column } = values
  if (values.help || (column !== 'embedded' && column !== 'fleet')) return say(usage)
  const { runs, levels } = await soak({ column, minutes: Number(values.minutes), atOnce: Number(values['at-once']), sampleSeconds: Number(values.every), tell })
  const cell = (value: number): string => value.toFixed(1).padStart(10)
  say(`\n${column}: ${runs} runs in ${values.minutes} minutes\n${'first'.padStart(10)}${'half'.padStart(10)}${'end'.padStart(10)}${'growth'.padStart(10)}${'bound'.padStart(10)}`)
  for (const { name, first, middle, last, growth, bound, level } of levels) say(`${[first, middle, last, growth, bound].map(cell).join('')}  ${level === null ? '     ' : level ? 'level' : 'GROWS'}  ${name}`)
  process.exitCode = levels.some(({ level }) => level === false) ? 1 : 0
}

await main()
