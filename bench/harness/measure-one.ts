import { findFamilies } from './find-families.ts'
import { measure } from './measure.ts'

/** Measures the family named on the command line and sends its rows to the process that started this one. */
const name = process.argv[2]
const family = (await findFamilies('')).find((candidate) => candidate.name === name)
if (!family) throw new Error(`There is no family '${name ?? ''}'.`)
const rows = await measure(family, (progress) => process.stderr.write(`  ${progress}\n`))
process.send?.(rows, () => process.disconnect())
