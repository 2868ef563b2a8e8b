import type { DocumentTerms } from './document-terms.ts'
import type { Postings } from './postings.ts'
import { PostingsWriter } from './postings-writer.ts'

/** Turns documents into rows by counting sort. */
export function invert({ terms, counts, ends, lengths }: DocumentTerms, vocabulary: number): Postings {
  const holding = new Uint32Array(vocabulary)
  for (const term of terms) holding[term] = (holding[term] as number) + 1
  const to = new PostingsWriter(holding)
  let entry = 0
  ends.forEach((end, document) => {
    for (; entry < end; entry += 1) to.add(terms[entry] as number, document, counts[entry] as number)
  })
  return to.finish(lengths)
}
