import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a call does: tells that it begins, writes its line, may leave a process behind, takes its time, tells that it ends. */
const work = `#!/bin/bash
name=$1 seconds=$2 leaves=$3 port=$4
exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 7
echo "call-begins $CODEFORGE_RUN $name" >&3; read -r -u 3 _
echo "$name" >> journal.txt
[ "$leaves" = leaves ] && (setsid sleep 3600 3>&- > /dev/null 2>&1 &)
[ "$seconds" = 0 ] || sleep "$seconds"
echo "call-ends $CODEFORGE_RUN $name" >&3; read -r -u 3 _
`

const gate = `#!/bin/bash
seconds=$1 port=$2
exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 7
echo "gate-begins $CODEFORGE_RUN gate" >&3; read -r -u 3 _
(setsid sleep 3600 3>&- > /dev/null 2>&1 &)
[ "$seconds" = 0 ] || sleep "$seconds"
sort journal.txt | uniq -d | grep -q . && exit 1
echo "gate-ends $CODEFORGE_RUN gate" >&3; read -r -u 3 _
exit 0
`

async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-c', 'user.name=Chaos', '-c', 'user.email=chaos@localhost', ...args], { cwd: directory, maxBuffer: 16 * 1024 * 1024 })
  return stdout
}

/** Makes a repository with the scripts that runs call; returns the digest of its index. */
export async function makeRepository(path: string): Promise<string> {
  await mkdir(path, { recursive: true })
  await git(path, 'init', '--quiet', '--initial-branch=main')
  await writeFile(join(path, 'work.sh'), work)
  await writeFile(join(path, 'gate.sh'), gate)
  await writeFile(join(path, 'journal.txt'), '')
  await git(path, 'add', '--all')
  await git(path, 'commit', '--quiet', '--message', 'start')
  return indexDigest(path)
}

/** What a user's repository looks like after a campaign. */
export interface ObservedRepository {
  readonly path: string
  /** What fsck complains about; empty where it is sound. */
  readonly damage: string
  /** Name and the journal on it, of every ref besides main. */
  readonly refs: Readonly<Record<string, string>>
  readonly worktrees: number
  /** `git status --porcelain` */
  readonly status: string
  readonly indexChanged: boolean
  /** Branches whose commit has not exactly one parent, the start. */
  readonly strange: readonly string[]
}

/** Looks at a repository with the digest that its index had at the start. */
export async function observeRepository(path: string, index: string): Promise<ObservedRepository> {
  const damage = await git(path, 'fsck', '--strict').then(() => '', (error: unknown) => String(error))
  const names = (await git(path, 'for-each-ref', '--format=%(refname)')).trim().split('\n').filter((name) => name !== 'refs/heads/main')
  const refs: Record<string, string> = {}
  const strange: string[] = []
  const start = (await git(path, 'rev-parse', 'main')).trim()
  for (const name of names) {
    refs[name] = await git(path, 'show', `${name}:journal.txt`)
    if ((await git(path, 'rev-list', '--parents', '--max-count=1', name)).trim().split(' ').slice(1).join(' ') !== start) strange.push(name)
  }
  const indexChanged = await indexDigest(path) !== index
  return {
    path, damage, refs, strange, indexChanged,
    worktrees: (await git(path, 'worktree', 'list')).trim().split('\n').length,
    status: await git(path, '--no-optional-locks', 'status', '--porcelain'),
  }
}

async function indexDigest(path: string): Promise<string> {
  return createHash('sha256').update(await readFile(join(path, '.git', 'index'))).digest('hex')
}
