import { spawn } from 'node:child_process'

/** A past change, newest first in lists: what its author wrote and which files it touched, under the names they have at HEAD. */
export interface Commit {
  readonly id: string
  /** Seconds since the epoch. */
  readonly time: number
  readonly message: string
  readonly files: readonly string[]
}

/** Commits that touch more files say little about any of them. */
const mostFilesPerCommit = 60

/** The newest changes on the way to HEAD, without merges; none where the directory has no history. */
export async function readCommits(
  root: string,
  most: number,
  signal: AbortSignal,
  searchPath = '/usr/local/bin:/usr/bin:/bin',
): Promise<readonly Commit[]> {
  const log = await gitLog(root, most, signal, searchPath)
  return parseLog(log)
}

function gitLog(root: string, most: number, signal: AbortSignal, searchPath: string): Promise<string> {
  const options = ['-c', 'core.quotePath=false', '-c', 'log.showSignature=false', '-c', 'core.fsmonitor=false', '--no-optional-locks']
  const log = ['log', '--no-merges', '-M', '--name-status', '-n', String(most), '--format=%x01%H%x02%ct%x02%B%x02']
  return new Promise((resolve, reject) => {
    const env = { PATH: searchPath, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' }
    const child = spawn('git', ['-C', root, ...options, ...log], { env, signal, stdio: ['ignore', 'pipe', 'ignore'] })
    const pieces: Buffer[] = []
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece))
    child.on('error', (error) => (signal.aborted ? reject(error) : resolve('')))
    child.on('close', () => resolve(Buffer.concat(pieces).toString('utf8')))
  })
}

/** Reads the output of `git log --name-status`; follows renames, so that old changes count for the present name. */
export function parseLog(log: string): readonly Commit[] {
  const present = new Map<string, string>()
  return log
    .split('\x01')
    .slice(1)
    .flatMap((record) => {
      const [id = '', time = '', message = '', changes = ''] = record.split('\x02')
      const files = changes.split('\n').flatMap((line) => touched(line, present))
      return files.length > 0 && files.length <= mostFilesPerCommit ? [{ id, time: Number(time), message: message.trim(), files }] : []
    })
}

function touched(line: string, present: Map<string, string>): readonly string[] {
  const [status = '', before = '', after] = line.split('\t')
  if (before === '') return []
  if (after === undefined) return [present.get(before) ?? before]
  const name = present.get(after) ?? after
  if (status.startsWith('R')) present.set(before, name)
  return [name]
}
