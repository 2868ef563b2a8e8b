import { CodeForgeError } from '@codeforge/contracts/error-code'
import type { Redactor } from '@codeforge/contracts/secret'
import { detectSecrets } from './detect-secrets.ts'

/**
 * Refuses a patch with `secret-in-change` where it holds the value of a configured secret anywhere, since a patch shows its
 * surroundings too, or where a line that it adds looks like a secret. Names the files, never the values.
 */
export async function refuseSecrets(patch: Uint8Array, known: Pick<Redactor, 'finds'>): Promise<void> {
  const sections = splitByFile(Buffer.from(patch).toString('utf8'))
  const problems = await Promise.all(sections.map(async ({ file, text }) => {
    if (known.finds(text)) return [`${file} holds the value of a configured secret`]
    const [found] = await detectSecrets(addedLines(text))
    return found ? [`${file} adds what looks like a secret (${found.kind})`] : []
  }))
  const [first, ...more] = problems.flat()
  if (first === undefined) return
  throw new CodeForgeError('secret-in-change', `${first}${more.length > 0 ? `, and ${more.length} more` : ''}.`, { details: { files: problems.flat() } })
}

function splitByFile(patch: string): { readonly file: string; readonly text: string }[] {
  return patch.split(/^(?=diff --git )/m).filter((text) => text !== '').map((text) => ({ file: /^diff --git a\/.* b\/(.*)$/m.exec(text)?.[1] ?? 'the change', text }))
}

function addedLines(text: string): string {
  return text.split('\n').filter((line) => line.startsWith('+') && !line.startsWith('+++ ')).map((line) => line.slice(1)).join('\n')
}
