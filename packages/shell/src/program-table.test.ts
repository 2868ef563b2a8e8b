import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { createShellAnalyser } from './analyser.ts'
import type { Knowledge } from './program-schema.ts'
import { listedPrograms, modeKnowledge, partKnowledge, programEntry, programFolder } from './program-table.ts'
import { factsNamed, factsOf } from './testing/facts.ts'
import { programDocument } from './testing/program-document.ts'

const analyse = await createShellAnalyser()
const files = readdirSync(programFolder).filter((name) => name.endsWith('.yaml'))

test('every entry of the table is valid, and so are its modes and subcommands, however deep', () => {
  const visit = (knowledge: Knowledge): void => {
    for (const mode of knowledge.modes ?? []) visit(modeKnowledge(mode).then)
    const parts: readonly unknown[] = [...Object.values(knowledge.subcommands ?? {}), knowledge.otherwise].filter((part) => part !== undefined)
    for (const part of parts) visit(partKnowledge(part))
  }
  for (const name of listedPrograms()) {
    const entry = programEntry(name)
    assert.ok(entry !== undefined, name)
    if (parts(entry)) visit(entry)
  }
})

function parts({ modes, subcommands, otherwise }: Knowledge): boolean {
  return modes !== undefined || subcommands !== undefined || otherwise !== undefined
}

test('no program is listed twice, and the files are cut into entries as a YAML reader would', () => {
  const names = files.flatMap((file) => Object.keys(parse(readFileSync(new URL(file, programFolder), 'utf8')) as object).flatMap((key) => key.split(' ')))
  assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), [])
  assert.deepEqual([...listedPrograms()].sort(), [...names].sort())
  assert.ok(names.length >= 250)
})

for (const file of files) {
  for (const [names, entry] of Object.entries(parse(readFileSync(new URL(file, programFolder), 'utf8')) as Record<string, { examples: Record<string, string> }>)) {
    for (const [command, expected] of Object.entries(entry.examples)) {
      test(`${file}, ${names.slice(0, 20)}: ${command}`, () => { assert.deepEqual(factsOf(analyse(command)), factsNamed(expected)) })
    }
    test(`${file}, ${names.slice(0, 20)}: has an example`, () => { assert.ok(Object.keys(entry.examples).length > 0) })
  }
}

test('the document of the table says what the table says', () => {
  assert.equal(readFileSync(new URL('../../../docs/program-table.md', import.meta.url), 'utf8'), programDocument())
})
