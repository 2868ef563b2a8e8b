import type { Word } from './words.ts'

/** Whether the script given to sed or awk only prints and changes text: what is not recognised is not safe. */
export function safeScript(program: 'sed' | 'awk', args: readonly Word[]): boolean {
  const scripts = scriptsOf(program, args)
  return scripts.length > 0 && scripts.every((script) => script !== null && (program === 'sed' ? safeSed(script) : safeAwk(script)))
}

function scriptsOf(program: 'sed' | 'awk', args: readonly Word[]): (string | null)[] {
  const scripts: (string | null)[] = []
  let operand: string | null | undefined
  for (let index = 0; index < args.length; index++) {
    const { value, prefix } = args[index] ?? { value: null, prefix: '' }
    const text = value ?? prefix
    if (program === 'sed' && (text === '-e' || text === '--expression')) scripts.push(args[++index]?.value ?? null)
    else if (program === 'sed' && text.startsWith('--expression=')) scripts.push(text.slice('--expression='.length))
    else if (program === 'sed' && /^-[a-zA-Z]*e/.test(text)) return [null]
    else if (program === 'awk' && (text === '-F' || text === '-v')) index++
    else if (!text.startsWith('-')) operand ??= value
  }
  return scripts.length > 0 ? scripts : [operand ?? null]
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
