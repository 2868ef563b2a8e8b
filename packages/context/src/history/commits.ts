import { spawnTied } from '../repository/spawn-tied.ts'

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

export interface HistoryOptions {
  /** Most commits that are read. */
  readonly most: number
  /** Program search path, for git. */
  readonly searchPath?: string | undefined
}

/**
 * The newest changes on the way to HEAD, without merges; none where the directory has no history. Names are followed through changes of the
 * text as well, where all texts are there; a partial clone lacks old ones, and says only where a file was moved as it was.
 */
export async function readCommits(root: string, { most, searchPath }: HistoryOptions, signal: AbortSignal): Promise<readonly Commit[]> {
  const log = (renames: string): readonly string[] => [
    'log',
    '--no-merges',
    '--no-ext-diff',
    '--no-textconv',
    renames,
    '--name-status',
    '-n',
    String(most),
    '--format=%x01%H%x02%ct%x02%B%x02',
  ]
  const said = (await git(root, log('-M'), searchPath, signal)) ?? (await git(root, log('--find-renames=100%'), searchPath, signal))
  return parseLog(said ?? '')
}

/** The commit a tree is at; empty where there is none. */
export async function readHead(root: string, searchPath: string | undefined, signal: AbortSignal): Promise<string> {
  return ((await git(root, ['rev-parse', '--verify', '--quiet', 'HEAD'], searchPath, signal)) ?? '').trim()
}

const usualPath = '/usr/local/bin:/usr/bin:/bin'
/** What a repository's own configuration must not start or change. */
const settings = [
  'core.quotePath=false',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'log.showSignature=false',
  'log.mailmap=false',
  'core.pager=cat',
  'protocol.allow=never',
]

/** Longest time that git may take, which waits for ever where a file of its own is a pipe: reading 20,000 changes takes it some ten seconds. */
const longestMs = { log: 120_000, other: 10_000 } as const

/** What git prints; null where it fails or takes longer than it may: a tree without history is no error. */
function git(root: string, command: readonly string[], searchPath = usualPath, signal: AbortSignal): Promise<string | null> {
  const env = {
    PATH: searchPath,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  }
  return new Promise((resolve, reject) => {
    const child = spawnTied('git', ['-C', root, ...settings.flatMap((setting) => ['-c', setting]), ...command], {
      env,
      signal: AbortSignal.any([signal, AbortSignal.timeout(command[0] === 'log' ? longestMs.log : longestMs.other)]),
    })
    const pieces: Buffer[] = []
    child.stdout?.on('data', (piece: Buffer) => pieces.push(piece))
    child.on('error', (error) => {
      if (signal.aborted) reject(error)
      else resolve(null)
    })
    child.on('close', (code) => resolve(code === 0 ? Buffer.concat(pieces).toString('utf8') : null))
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
