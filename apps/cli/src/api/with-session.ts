import type { Command } from 'commander'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { globalsOf } from '../globals.ts'
import { interruption } from '../interruption.ts'
import { CommandEnded } from '../output/report-error.ts'
import type { Terminal } from '../output/terminal.ts'
import { openSession } from './session.ts'
import type { Session } from './session.ts'
import { stayForOthers } from './stay-for-others.ts'

export interface SessionContext {
  readonly session: Session
  /** Aborts at Ctrl-C or SIGTERM. */
  readonly interrupted: AbortSignal
}

/**
 * Does a command's work with a connection to CodeForge. With `work`, this process works on runs where it is the host and
 * stays while others' runs are at work in it; without, it only looks or steers, and leaves at once.
 */
export async function withSession(
  command: Command, terminal: Terminal, { work }: { readonly work: boolean }, action: (context: SessionContext) => Promise<number>,
): Promise<void> {
  using stopping = interruption()
  await using session = await openSession({ ...globalsOf(command), work })
  if (stopping.signal.aborted) throw new CodeForgeError('cancelled', 'Interrupted before anything was done.')
  const code = await action({ session, interrupted: stopping.signal })
  if (work) await stayForOthers(session, terminal, stopping.signal)
  if (code !== 0) throw new CommandEnded(code)
}
