import { join } from 'node:path'
import { readText } from './read-text.ts'
import type { LocalRepository } from './source.ts'

/** What a repository's own configuration says about line ends in its files. */
export interface LineEnds {
  readonly autocrlf: 'true' | 'input' | 'false'
  readonly eol: 'crlf' | 'lf' | 'native'
}

/** Reads it from the file, as text: nothing else in there may have a say. */
export async function readLineEnds({ commonDirectory }: Pick<LocalRepository, 'commonDirectory'>): Promise<LineEnds> {
  return lineEndsOf(await readText(join(commonDirectory, 'config')))
}

/** The last word of the `[core]` sections counts; what git would not understand is as if it were not there. */
export function lineEndsOf(config: string): LineEnds {
  const core = [...config.matchAll(/^[ \t]*\[core\][^\n]*\n?((?:(?![ \t]*\[)[^\n]*\n?)*)/gim)].map((match) => match[1]).join('\n')
  const last = (name: string): string => [...core.matchAll(new RegExp(`^[ \\t]*${name}(?:[ \\t]*=[ \\t]*"?(\\w*))?`, 'gim'))].map((match) => (match[1] ?? 'true').toLowerCase()).at(-1) ?? ''
  const [autocrlf, eol] = [last('autocrlf'), last('eol')]
  return {
    autocrlf: autocrlf === 'input' ? 'input' : ['true', 'yes', 'on', '1'].includes(autocrlf) ? 'true' : 'false',
    eol: eol === 'crlf' || eol === 'lf' ? eol : 'native',
  }
}
