import type { IndexProgress } from '@codeforge/context/indexer/indexed-tree'
import type { SemanticStatus } from '@codeforge/context/semantic/semantic-status'
import type { Terminal } from '../output/terminal.ts'

const stages: Readonly<Record<IndexProgress['stage'], string>> = { list: 'listing files', scan: 'reading', parse: 'parsing' }
/** Milliseconds between two drawings; work quicker than the first is not shown at all. */
const everyMs = 100

interface ShownProgress {
  readonly show: (progress: IndexProgress) => void
  readonly showEmbedding: (status: SemanticStatus) => void
  readonly end: () => void
}

/** Shows how far the index is, on a terminal; elsewhere nothing. */
export async function showProgress(terminal: Pick<Terminal, 'live'>): Promise<ShownProgress> {
  if (!terminal.live) return { show: () => undefined, showEmbedding: () => undefined, end: () => undefined }
  const { createLogUpdate } = await import('log-update')
  const draw = createLogUpdate(process.stderr)
  let next = Date.now() + everyMs
  return {
    show({ stage, done, total }) {
      if (Date.now() < next) return
      next = Date.now() + everyMs
      draw(total > 0 ? `${stages[stage]} ${done} of ${total} files` : stages[stage])
    },
    showEmbedding: ({ embedded, chunks }) => { draw(`embedding ${embedded} of ${chunks} chunks`) },
    end: () => { draw.clear() },
  }
}
