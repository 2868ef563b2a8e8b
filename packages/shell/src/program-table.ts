import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { blank, complete, refine } from './knowledge.ts'
import { Knowledge, ProgramEntry } from './program-schema.ts'

/** The folder of the program table: one YAML file per kind of program. */
export const programFolder = new URL('../programs/', import.meta.url)

// Entries are parsed when a program is first met: reading all of them would cost every start what few commands need.
let sources: ReadonlyMap<string, string> | null = null
const entries = new Map<string, Knowledge>()

/** The texts of the entries by program name, cut out of the files without parsing them: each begins at a line that is not indented. */
function sourcesByName(): ReadonlyMap<string, string> {
  if (sources !== null) return sources
  const found = new Map<string, string>()
  for (const file of readdirSync(programFolder).filter((name) => name.endsWith('.yaml'))) {
    for (const chunk of readFileSync(new URL(file, programFolder), 'utf8').split(/^(?=[^\s#])/m)) {
      for (const name of namesOf(chunk)) found.set(name, chunk)
    }
  }
  sources = found
  return found
}

function namesOf(chunk: string): readonly string[] {
  const key = /^(?:'([^']*)'|"([^"]*)"|([^\n]*?)):[ \t]*(?:\n|$)/.exec(chunk)
  return (key?.[1] ?? key?.[2] ?? key?.[3] ?? '').split(' ').filter((name) => name !== '')
}

/** What the table knows of a program; undefined where it does not list it. */
export function programEntry(name: string): Knowledge | undefined {
  const known = entries.get(name)
  if (known !== undefined) return known
  const source = sourcesByName().get(name)
  if (source === undefined) return undefined
  const [raw] = Object.values(z.record(z.string(), z.unknown()).parse(parse(source)))
  const { about: _about, examples: _examples, ...knowledge } = ProgramEntry.parse(raw)
  const entry = complete(knowledge)
  for (const shared of namesOf(source)) entries.set(shared, entry)
  return entry
}

/** The names of all programs in the table, in the order of its files. */
export function listedPrograms(): readonly string[] {
  return [...sourcesByName().keys()]
}

const RawMode = z.strictObject({ ...Knowledge.shape, when: z.string().transform((source) => new RegExp(source, 's')) })
interface Mode { readonly when: RegExp; readonly then: Knowledge }
const parsedModes = new WeakMap<object, Mode>()

/** A mode: when it holds, and what holds then. */
export function modeKnowledge(raw: object): Mode {
  const known = parsedModes.get(raw)
  if (known !== undefined) return known
  const { when, ...then } = RawMode.parse(raw)
  const mode = { when, then: complete(then) }
  parsedModes.set(raw, mode)
  return mode
}

const parsedParts = new WeakMap<object, Knowledge>()

/** Knowledge of a part of an entry; parts are parsed when they are first needed. */
export function partKnowledge(raw: unknown): Knowledge {
  if (typeof raw !== 'object' || raw === null) return blank
  const known = parsedParts.get(raw)
  if (known !== undefined) return known
  const part = complete(Knowledge.parse(raw))
  parsedParts.set(raw, part)
  return part
}

const hosted = new WeakMap<Knowledge, Knowledge>()

/** The part of an entry that says what the words of a program are, for one that another program runs. */
export function hostedKnowledge(entry: Knowledge): Knowledge {
  const known = hosted.get(entry)
  if (known !== undefined) return known
  const { reads, writes, folders, text, escapes, safe, unclear, wholeOptions, edits, online } = entry
  const made = complete({ reads, writes, folders, text, escapes, safe, unclear, wholeOptions, edits, online })
  hosted.set(entry, made)
  return made
}

const refinements = new WeakMap<Knowledge, WeakMap<Knowledge, Knowledge>>()

/** A part on top of what holds around it: lists grow, everything else is replaced; what belongs to the outer place stays there. Made once for each pair. */
export function refined(outer: Knowledge, part: Knowledge): Knowledge {
  const parts = refinements.get(outer) ?? new WeakMap<Knowledge, Knowledge>()
  refinements.set(outer, parts)
  const made = parts.get(part) ?? refine(outer, part)
  parts.set(part, made)
  return made
}

const subcommandIndexes = new WeakMap<object, ReadonlyMap<string, unknown>>()

/** The subcommands of some knowledge by single name. */
export function subcommandsOf({ subcommands }: Knowledge): ReadonlyMap<string, unknown> | null {
  if (subcommands === undefined) return null
  const known = subcommandIndexes.get(subcommands)
  if (known !== undefined) return known
  const made = new Map(Object.entries(subcommands).flatMap(([names, part]) => names.split(' ').map((name): [string, unknown] => [name, part ?? {}])))
  subcommandIndexes.set(subcommands, made)
  return made
}
