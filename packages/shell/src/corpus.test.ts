import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { createShellAnalyser } from './analyser.ts'
import { factsNamed, factsOf } from './testing/facts.ts'

const analyse = await createShellAnalyser()
const folder = new URL('../corpus/', import.meta.url)
const Cases = z.array(z.strictObject({ id: z.string(), command: z.string(), expect: z.string() }))

for (const file of readdirSync(folder)) {
  for (const { id, command, expect } of Cases.parse(parse(readFileSync(new URL(file, folder), 'utf8')))) {
    test(`${id}: ${JSON.stringify(command)}`, () => { assert.deepEqual(factsOf(analyse(command)), factsNamed(expect)) })
  }
}
