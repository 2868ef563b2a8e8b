import { readdir, readFile } from 'node:fs/promises'

/** One step of the schema, with its way back. */
export interface Migration {
  readonly number: number
  readonly name: string
  up(): Promise<string>
  down(): Promise<string>
}

const directory = new URL('../../../../../migrations/', import.meta.url)
const fileName = /^(\d{6})-([a-z0-9-]+)\.up\.sql$/

/** The migrations in order. Their numbers start at 1 and have no gap. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const files = (await readdir(directory)).sort()
  const migrations = files.flatMap((file) => {
    const [, number, name] = fileName.exec(file) ?? []
    return number === undefined || name === undefined ? [] : [migration(Number(number), name, `${number}-${name}`)]
  })
  const misplaced = migrations.find(({ number }, index) => number !== index + 1)
  if (misplaced) throw new Error(`migrations: ${String(misplaced.number)}-${misplaced.name} is out of order`)
  return migrations
}

function migration(number: number, name: string, stem: string): Migration {
  return {
    number,
    name,
    up: () => readFile(new URL(`${stem}.up.sql`, directory), 'utf8'),
    down: () => readFile(new URL(`${stem}.down.sql`, directory), 'utf8'),
  }
}
