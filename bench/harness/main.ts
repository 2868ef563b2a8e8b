import { fork } from 'node:child_process'
import { once } from 'node:events'
import { findFamilies } from './find-families.ts'
import { describeMachine, machineLine } from './machine.ts'
import type { Measured } from './measure.ts'
import { tableOf } from './table.ts'

const usage = 'usage: npm run bench [-- <part of a name>] [--json] [--strict]   (--strict: exit code 1 where a mark is missed)'

/** Each family gets a process of its own: what one leaves in memory or breaks is not the next one's. */
async function measured(name: string): Promise<readonly Measured[] | null> {
  const child = fork(new URL('measure-one.ts', import.meta.url), [name], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let rows: readonly Measured[] | null = null
  child.on('message', (message) => { rows = message as readonly Measured[] })
  await once(child, 'exit')
  return rows
}

const args = process.argv.slice(2)
const options = args.filter((argument) => argument.startsWith('--'))
const [part = '', ...rest] = args.filter((argument) => !argument.startsWith('--'))
const families = await findFamilies(part)
if (rest.length > 0 || options.some((option) => option !== '--json' && option !== '--strict')) {
  console.error(usage)
  process.exitCode = 2
} else if (families.length === 0) {
  console.error(`No row has '${part}' in its name.`)
  process.exitCode = 2
} else {
  const machine = await describeMachine()
  const rows: Measured[] = []
  const failed: string[] = []
  for (const { name } of families) {
    const found = await measured(name)
    if (found) rows.push(...found)
    else failed.push(name)
  }
  if (options.includes('--json')) console.log(JSON.stringify({ machine, rows, failed }, null, 2))
  else console.log(`${machineLine(machine)}\n\n${tableOf(rows)}`)
  for (const name of failed) console.error(`${name}: could not be measured, see above`)
  const missed = rows.some(({ met }) => met === false)
  process.exitCode = failed.length > 0 || (missed && options.includes('--strict')) ? 1 : 0
}
