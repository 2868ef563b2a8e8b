import type { QuestionDraft } from '@codeforge/contracts/question'
import { askLine } from '../output/ask-line.ts'
import { printable } from '../output/printable.ts'
import type { Terminal } from '../output/terminal.ts'

export interface Answer {
  readonly answer: string
  readonly note: string | null
}

/** Asks on the terminal until one of the options is chosen, by number, name or first letters. Null where the signal aborted. */
export async function askPerson(terminal: Terminal, draft: QuestionDraft, signal: AbortSignal): Promise<Answer | null> {
  terminal.note(terminal.err.bold(printable(draft.title)))
  if (draft.detail !== '') terminal.note(printable(draft.detail))
  for (const [index, { id, label }] of draft.options.entries()) terminal.note(`  ${index + 1}  ${printable(label)}${label === id ? '' : ` (${id})`}`)
  for (;;) {
    const typed = await askLine('Your answer (with a note after a colon, if you like): ', signal)
    if (typed === null) return null
    const [choice = '', ...rest] = typed.split(':')
    const option = chosen(choice.trim(), draft)
    const note = rest.join(':').trim()
    if (option !== null) return { answer: option, note: note === '' ? null : note }
    terminal.note(`Give a number from 1 to ${draft.options.length}.`)
  }
}

/** The option that was meant; null where it is none, or not only one. */
export function chosen(typed: string, { options }: Pick<QuestionDraft, 'options'>): string | null {
  if (typed === '') return null
  const byNumber = /^\d+$/.test(typed) ? options[Number(typed) - 1] : undefined
  if (byNumber) return byNumber.id
  const exact = options.find(({ id }) => id === typed)
  if (exact) return exact.id
  const begun = options.filter(({ id, label }) => [id, label].some((word) => word.toLowerCase().startsWith(typed.toLowerCase())))
  return begun.length === 1 ? begun[0]?.id ?? null : null
}
