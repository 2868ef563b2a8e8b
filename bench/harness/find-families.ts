import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import type { Family } from './family.ts'

const rows = join(import.meta.dirname, '..', 'rows')

/** The families of `rows/*.bench.ts` of which the name, or the name of a row, contains the part; sorted by file. */
export async function findFamilies(part: string): Promise<readonly Family[]> {
  const files = (await Array.fromAsync(glob('*.bench.ts', { cwd: rows }))).sort()
  const found: Family[] = []
  for (const file of files) found.push(...familiesOf(file, (await import(join(rows, file))) as Record<string, unknown>))
  return found.filter(({ name, rows }) => rows.some((row) => `${name}: ${row.name}`.includes(part)))
}

function familiesOf(file: string, { family, families }: Record<string, unknown>): readonly Family[] {
  const all = (families ?? (family ? [family] : [])) as readonly Family[]
  if (all.length === 0) throw new Error(`${file} exports neither 'family' nor 'families'.`)
  return all
}
