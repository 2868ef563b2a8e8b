import { exactVersion, factsFormat, scanVersion } from '../extract/versions.ts'
import type { Derive, Deriver } from './indexed-tree.ts'

const scanned = `scan.${scanVersion}.${factsFormat}`
const parsed = `exact.${exactVersion}.${scanVersion}.${factsFormat}`

/** Under what name a text's facts are kept. Languages differ for equal texts of different names. */
export function factsKind(language: string | null, exact: boolean): string {
  return `${exact ? parsed : scanned}:${language ?? ''}`
}

/** Under what name it is kept that a grammar cannot read a text. */
export function failureKind(language: string | null): string {
  return `failed.${exactVersion}:${language ?? ''}`
}

/** Under what name a derived value is kept. */
export function derivedKind(deriver: Deriver, language: string | null, exact: boolean): string {
  const facts = deriver.usesFacts ? (exact ? parsed : scanned) : ''
  return `${deriver.kind}.${deriver.version}:${facts}:${language ?? ''}`
}

/** The functions of derivers, in their order. Throws where a module does not export what it should. */
export async function loadDerivers(derivers: readonly Deriver[]): Promise<Derive[]> {
  return Promise.all(
    derivers.map(async ({ module, exportName }) => {
      const found = ((await import(module)) as Record<string, unknown>)[exportName]
      if (typeof found !== 'function') throw new TypeError(`${module} exports no function ${exportName}.`)
      return found as Derive
    }),
  )
}
