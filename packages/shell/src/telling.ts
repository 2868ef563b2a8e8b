import { toldByJavaScript } from './telling-javascript.ts'
import { toldByPython } from './telling-python.ts'
import type { Word } from './words.ts'

/**
 * The files that code in the words of Python or Node reads where it only tells: versions of what is installed, and what stands in data files. Null for
 * every other code, and for other programs. Such a text reads what `cat` could, and starts what a test could.
 */
export function toldBy(program: string, args: readonly Word[]): readonly string[] | null {
  const [option, code] = args
  if (args.length !== 2 || option === undefined || code === undefined || code.value === null || code.glob) return null
  if (program === 'python' && option.value === '-c') return toldByPython(code.value)
  if (program !== 'node') return null
  if (/^(-e|--eval)$/.test(option.value ?? '')) return toldByJavaScript(code.value, false)
  return /^(-p|-pe|--print)$/.test(option.value ?? '') ? toldByJavaScript(code.value, true) : null
}
