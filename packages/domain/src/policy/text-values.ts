import type { SimpleCommand } from '@codeforge/contracts/shell-analysis'

// The message of a commit, a search text: whatever it is, git takes it for text and nothing else.
const textOption = /^(-[A-Za-z]*m|--message|-S|-G|--grep|--author|--since|--until|--after|--before|--date)$/
const attached = /^--(message|grep|author|since|until|after|before|date|format|pretty)=/

/** Whether an argument is only text to its program, so that it does no harm not to know it. */
export function isTextValue({ program, args }: SimpleCommand, index: number): boolean {
  if (program !== 'git') return false
  return textOption.test(args[index - 1]?.value ?? '') || attached.test(args[index]?.prefix ?? '')
}
