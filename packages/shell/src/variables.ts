import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { programFolder } from './program-table.ts'
import { giveUp, type ShellState } from './state.ts'
import type { Word } from './words.ts'

/** What is known about environment variables: names that change what is executed, but for some names, and for some values. */
export const VariableTable = z.strictObject({
  meaningful: z.array(z.string()),
  /** The same for those that other programs get to see. */
  exported: z.array(z.string()),
  harmless: z.array(z.string()),
  /** The same for those from which tools take programs or code. */
  tools: z.array(z.string()),
  /** Names that do no harm before a program that runs the project's code. */
  projectCode: z.array(z.string()),
  /** Patterns of values that do no harm, by pattern of the name. */
  values: z.record(z.string(), z.string()),
})

interface Variables { readonly meaningful: RegExp; readonly exported: RegExp; readonly tools: RegExp; readonly projectCode: RegExp; readonly harmless: RegExp; readonly values: readonly (readonly [RegExp, RegExp])[] }
let loaded: Variables | null = null

function variables(): Variables {
  if (loaded !== null) return loaded
  const { meaningful, exported, tools, projectCode, harmless, values } = VariableTable.parse(parse(readFileSync(new URL('../environment.yaml', programFolder), 'utf8')))
  const whole = (alternatives: readonly string[]) => new RegExp(`^(?:${alternatives.join('|')})$`, 's')
  loaded = { meaningful: whole(meaningful), exported: whole(exported), tools: whole(tools), projectCode: whole(projectCode), harmless: whole(harmless), values: Object.entries(values).map(([name, value]) => [whole([name]), whole([value])]) }
  return loaded
}

/** Notes an assignment that changes what later words or other programs do. `value`: what it becomes; null where that is not known. `seenBy`: whom it reaches. */
export function checkVariable(state: ShellState, name: string, value: Word | null, seenBy: 'shell' | 'programs' | 'project-code'): void {
  const { meaningful, exported, tools, projectCode, harmless, values } = variables()
  const leads = seenBy !== 'shell' && leadsElsewhere(name, value)
  if (!(leads || meaningful.test(name) || (seenBy !== 'shell' && tools.test(name)) || (seenBy === 'programs' && exported.test(name))) || harmless.test(name)) return
  if (seenBy === 'project-code' && projectCode.test(name)) return
  if (value !== null && doesNoHarm(name, value, values)) return
  giveUp(state, `the variable ${name} changes what is executed`)
}

const elsewhere = /(^|[=:, ])(\/tmp|\/var\/tmp|~|\.\.|\/home|\/root|\/etc)(\/|$)/
/** Of these none is a place to write to. */
const others = /(^|[=:, ])(~|\.\.|\/etc)(\/|$)/
const writtenThere = /^(HOME|TMPDIR|TMP|TEMP|XDG_.*|.*(CACHE|OUTPUT|OUT|LOG|LOGS|REPORT|RESULTS|DATABASE|DB|DATA|TARGET|BUILD|COVERAGE)(_?(DIR|FILE|PATH|FOLDER|HOME))?|GOCACHE|GOMODCACHE|DESTDIR)$/

/** Whether a program would take settings or code from a file that lies elsewhere; folders that it only fills are not meant. */
function leadsElsewhere(name: string, value: Word | null): boolean {
  return value !== null && (elsewhere.test(value.value ?? value.prefix) || elsewhere.test(value.source.replace(/^[^=]*=/, ''))) && (!writtenThere.test(name) || others.test(value.value ?? value.prefix))
}

const ownFolder = String.raw`(?:\$PWD|\$\{PWD\}|\$\(pwd\)|\.|[\w][\w-]*|\$PYTHONPATH|\$\{PYTHONPATH(?::-)?\})(?:/[\w][\w-]*)*/?`
/** Folders of the workspace, spelled by the one the command runs in, and what was there before. */
const ownFolders = new RegExp(`^"?${ownFolder}(?::${ownFolder})*"?$`)

function doesNoHarm(name: string, { value, source }: Word, values: Variables['values']): boolean {
  if (value !== null && values.some(([names, allowed]) => names.test(name) && allowed.test(value))) return true
  return /^(PYTHONPATH|NODE_PATH)$/.test(name) && ownFolders.test(source)
}
