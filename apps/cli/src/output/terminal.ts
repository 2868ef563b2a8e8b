import pc from 'picocolors'

type Colours = ReturnType<typeof pc.createColors>

/** Where a command speaks: results on standard output, everything about them on standard error. */
export interface Terminal {
  /** A line of the result. */
  print(line?: string): void
  /** Raw bytes of the result, such as a patch. */
  write(bytes: Uint8Array): void
  /** A line about the work. */
  note(line?: string): void
  /** Colours of standard output; plain where nobody sees them. */
  readonly out: Colours
  /** Colours of standard error. */
  readonly err: Colours
  /** Somebody is there to be asked. */
  readonly interactive: boolean
  /** Standard error is a terminal, where a line can be drawn again. */
  readonly live: boolean
  readonly columns: number
  /** Aborts when the reader of standard output has gone, as `head` does. */
  readonly gone: AbortSignal
  /** Waits until everything written has left the process. */
  flush(): Promise<void>
}

type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env'>

/** The terminal of a process. A reader that goes away is no error. */
export function createTerminal({ stdin, stdout, stderr, env }: Streams): Terminal {
  const gone = new AbortController()
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      if (stream === stdout) gone.abort(new Error('nobody reads the output any more'))
    })
  }
  const put = (stream: NodeJS.WriteStream, text: string | Uint8Array): void => {
    if (stream === stdout && gone.signal.aborted) return
    stream.write(text)
  }
  return {
    print: (line = '') => { put(stdout, `${line}\n`) },
    write: (bytes) => { put(stdout, bytes) },
    note: (line = '') => { put(stderr, `${line}\n`) },
    out: pc.createColors(coloured(stdout, env)),
    err: pc.createColors(coloured(stderr, env)),
    interactive: stdin.isTTY && stderr.isTTY,
    live: stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'],
    columns: stdout.columns || 100,
    gone: gone.signal,
    async flush() {
      await Promise.all([stdout, stderr].map(async (stream) => new Promise<void>((resolve) => {
        if (stream.destroyed || stream.writableLength === 0) resolve()
        else stream.write('', () => { resolve() })
      })))
    },
  }
}

/** By https://no-color.org; `FORCE_COLOR` wins, as elsewhere. */
function coloured(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0') return true
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false
  // Undefined where it is no terminal, which picocolors would take for "decide yourself".
  return Boolean(stream.isTTY) && env['TERM'] !== 'dumb'
}
