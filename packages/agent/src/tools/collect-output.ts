import type { ExecPart, ExecRequest, Sandbox } from '@codeforge/ports/sandbox'

/** Bytes of one command's output that are kept. */
const mostKept = 8 * 1024 * 1024

export interface Collected {
  readonly text: string
  readonly bytes: Uint8Array
  readonly ended: Extract<ExecPart, { kind: 'ended' }>
}

/** Runs a command to its end and gathers what it printed, both streams in the order they came. */
export async function collectOutput(
  sandbox: Pick<Sandbox, 'exec'>,
  request: ExecRequest,
  show: (text: string) => void,
  signal: AbortSignal,
): Promise<Collected> {
  const kept: Uint8Array[] = []
  let size = 0
  let ended: Collected['ended'] | null = null
  const decoder = new TextDecoder()
  for await (const part of sandbox.exec(request, signal)) {
    if (part.kind === 'ended') {
      ended = part
      continue
    }
    show(decoder.decode(part.bytes, { stream: true }))
    if (size < mostKept) kept.push(part.bytes)
    size += part.bytes.length
  }
  signal.throwIfAborted()
  const bytes = Buffer.concat(kept)
  return { bytes, text: new TextDecoder().decode(bytes), ended: ended ?? { kind: 'ended', exitCode: null, ending: 'aborted', durationMs: 0 } }
}

/** How a command ended, as a sentence. */
export function endingOf({ exitCode, ending, durationMs }: Collected['ended'], timeoutMs: number): string {
  switch (ending) {
    case 'exited':
      return `exit code ${exitCode ?? 'unknown'}`
    case 'signalled':
      return 'killed by a signal'
    case 'timeout':
      return `killed after its limit of ${Math.round(timeoutMs / 1000)} s`
    case 'memory':
      return 'killed: it used more memory than allowed'
    case 'output-limit':
      return 'killed: it printed more than allowed'
    case 'aborted':
      return `stopped after ${Math.round(durationMs)} ms`
    default:
      return ending satisfies never
  }
}
