import { stemmer } from 'stemmer'

/** The stem under which a token is indexed (Porter 1980); short tokens and those with digits stay as they are. */
export function stem(token: string): string {
  return token.length < 4 || /[^a-z]/.test(token) ? token : stemmer(token)
}
