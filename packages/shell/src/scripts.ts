import type { Word } from './words.ts'

/** Whether the script given to sed or awk only prints and changes text: what is not recognised is not safe. */
export function safeScript(program: 'sed' | 'awk', args: readonly Word[]): boolean {
  const scripts = scriptsOf(program, args)
  return scripts.length > 0 && scripts.every((script) => script !== null && (program === 'sed' ? safeSed(script) : safeAwk(script)))
}

function scriptsOf(program: 'sed' | 'awk', args: readonly Word[]): readonly (string | null)[] {
  if (program === 'awk') return [firstOperand(args, ['-F', '-v'])]
  const given = args.flatMap(({ value, prefix }, index): (string | null)[] => {
    const text = value ?? prefix
    if (text === '-e' || text === '--expression') return [args[index + 1]?.value ?? null]
    if (text.startsWith('--expression=')) return [value === null ? null : text.slice('--expression='.length)]
    return /^-[a-zA-Z]+e|^-e./.test(text) ? [null] : []
  })
  return given.length > 0 ? given : [firstOperand(args, ['-l', '--line-length'])]
}

function firstOperand(args: readonly Word[], valued: readonly string[]): string | null {
  for (let index = 0; index < args.length; index++) {
    const word = args[index]
    const text = word?.value ?? word?.prefix ?? ''
    if (valued.includes(text)) index++
    else if (!text.startsWith('-')) return word?.value ?? null
  }
  return null
}

const address = String.raw`(?:\d+|\$|/(?:[^/\\\n]|\\.)*/)`
const substitution = String.raw`s([/|#,:!@])(?:(?!\1)[^\\\n]|\\.)*\1(?:(?!\1)[^\\\n]|\\.)*\1[gpiIm0-9]*`
const sedCommand = new RegExp(String.raw`^\s*(?:${address}(?:,\s*\+?${address})?)?\s*!?\s*(?:[pdqQ=]|${substitution})?\s*$`, 's')

/** Printing, deleting and substituting by line; no `e`, `w`, `r`, which run and write. */
function safeSed(script: string): boolean {
  return sedCommand.test(script) || script.split(/[;\n]/).every((part) => sedCommand.test(part))
}

/** No `system`, no `getline`, no pipe and no redirection. Comparisons with `>` are taken for one, to be on the safe side. */
function safeAwk(script: string): boolean {
  const withoutLogic = script.replaceAll('||', ' or ')
  return !/system|getline|[|>@`]|close|fflush|ENVIRON|ARGV/.test(withoutLogic)
}
