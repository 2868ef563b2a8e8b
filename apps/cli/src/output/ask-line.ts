import { createInterface } from 'node:readline/promises'

/** Reads one line from the terminal; null where the signal aborted or the input ended. */
export async function askLine(question: string, signal: AbortSignal): Promise<string | null> {
  if (signal.aborted) return null
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  // While a line is edited, the terminal sends Ctrl-C as a key.
  lines.on('SIGINT', () => { process.emit('SIGINT', 'SIGINT') })
  const ended = new Promise<null>((resolve) => { lines.once('close', () => { resolve(null) }) })
  try {
    return await Promise.race([lines.question(question, { signal }), ended])
  } catch (error) {
    if ((error as Error).name === 'AbortError') return null
    throw error
  } finally {
    lines.close()
  }
}
