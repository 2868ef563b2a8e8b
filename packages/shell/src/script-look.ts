import type { CommandEffect, ShellPath } from '@codeforge/contracts/shell-analysis'
import { readAwk } from './awk-script.ts'
import { placed } from './command-paths.ts'
import type { Lookup } from './lookup.ts'
import { readSed, type ScriptFiles } from './sed-script.ts'
import type { ShellState } from './state.ts'
import type { Word } from './words.ts'

/** What looking into the script of sed or awk says. */
export interface ScriptLook {
  readonly unknown: string | null
  readonly effects: readonly CommandEffect[]
  readonly paths: (directories: ShellState['directories']) => ShellPath[]
}

interface Reader { readonly read: (script: string) => ScriptFiles | null; readonly scripts: (args: readonly Word[]) => readonly (string | null)[] }

const awk: Reader = { read: readAwk, scripts: awkScripts }
const readers: ReadonlyMap<string, Reader> = new Map([['sed', { read: readSed, scripts: sedScripts }], ['awk', awk], ['gawk', awk], ['mawk', awk], ['nawk', awk]])

/** Looks into the script that a program is given in its words; null for a program that takes none, or is asked for nothing but its version. */
export function scriptLook(program: string, { rest, knowledge }: Lookup): ScriptLook | null {
  const reader = knowledge.operands === 'script-read' ? readers.get(program) : undefined
  if (reader === undefined) return null
  const scripts = reader.scripts(rest)
  const files = scripts.map((script) => (script === null ? null : reader.read(script)))
  const known = files.filter((file) => file !== null)
  const safe = scripts.length > 0 && known.length === files.length
  const written = known.flatMap(({ writes }) => writes)
  const read = known.flatMap(({ reads }) => reads)
  return {
    unknown: safe ? null : `the script of ${program} may run something`,
    effects: safe ? [] : ['runs-text'],
    paths: (directories) => [...read.flatMap((path) => placed(path, path, false, 'read', directories)), ...written.flatMap((path) => placed(path, path, false, 'write', directories))],
  }
}

function sedScripts(args: readonly Word[]): readonly (string | null)[] {
  const given = args.flatMap(({ value, prefix }, index): (string | null)[] => {
    const text = value ?? prefix
    if (/^-[nErsuzbi]*e$/.test(text) || text === '--expression') return [args[index + 1]?.value ?? null]
    if (text.startsWith('--expression=')) return [value === null ? null : text.slice('--expression='.length)]
    return /^-[a-zA-Z]*e|^--e/.test(text) ? [null] : []
  })
  // Several pieces are one script: a text or a block may begin in one and end in the next.
  if (given.length > 0) return [given.includes(null) ? null : given.join('\n')]
  return [firstOperand(args, ['-l', '--line-length'])]
}

function awkScripts(args: readonly Word[]): readonly (string | null)[] {
  return [firstOperand(args, ['-F', '-v', '--field-separator', '--assign'])]
}

function firstOperand(args: readonly Word[], valued: readonly string[]): string | null {
  let skip = false
  for (const [index, word] of args.entries()) {
    const text = word.value ?? word.prefix
    if (skip) skip = false
    else if (valued.includes(text)) skip = true
    else if (text === '--') return scriptIn(args[index + 1])
    else if (!/^-./.test(text)) return scriptIn(word)
  }
  return null
}

function scriptIn(word: Word | undefined): string | null {
  return word === undefined || word.glob ? null : word.value
}
