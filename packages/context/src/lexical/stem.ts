import { stemmer } from 'stemmer'

/** The stem under which a token is indexed (Porter 1980); short tokens and those with digits stay as they are. */
export function stem(token: string): string {
  return token.length < 4 || /[^a-z]/.test(token) ? token : stemmer(token)
}

/** Whether that is so of the units of a token: quicker than to ask its text. */
export function isStem(units: Uint16Array, length: number): boolean {
  if (length < 4) return true
  for (let at = 0; at < length; at += 1) if ((units[at] as number) < 97 || (units[at] as number) > 122) return true
  return false
}
