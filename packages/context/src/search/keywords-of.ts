import type { HistoryIndex } from '../history/history-index.ts'
import type { Keyword } from '../keywords/extract-keywords.ts'
import { extractKeywords } from '../keywords/extract-keywords.ts'
import { readQuery } from '../rank/query.ts'
import { weighByHistory } from '../rank/signal-inputs.ts'
import type { CodeModel } from './code-model.ts'

/** The words of a task that tell most of where in a tree it is about [COD-11]; nothing leaves the machine. */
export function keywordsOf({ text }: CodeModel, history: HistoryIndex | undefined, task: string, top?: number): readonly Keyword[] {
  const query = readQuery(task)
  const gains = new Map(
    weighByHistory(query, history).map(([term, weight]) => {
      const known = text.vocabulary.findText(term)
      return [term, known < 0 ? 0 : weight * text.body.inverseDocumentFrequency(known)] as const
    }),
  )
  return extractKeywords(query.text, gains, top === undefined ? {} : { top })
}
