import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { isSource, isTest } from './source-files.ts'

const run = promisify(execFile)
const mostTruth = 20

/** One past change: what its author wrote, and which files of the evaluated tree it then touched. */
export interface Case {
  readonly id: string
  readonly message: string
  readonly title: string
  readonly truth: readonly string[]
}

export interface Cases {
  /** The commit whose tree is searched; older than every case. */
  readonly base: string
  readonly cases: readonly Case[]
}

export async function git(repository: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', repository, '-c', 'core.quotePath=false', ...args], { maxBuffer: 1 << 30 })
  return stdout
}

/** Goes back on the main line until `wanted` later commits touch source files that already exist there. */
export async function findCases(repository: string, wanted: number): Promise<Cases> {
  const line = (await git(repository, 'rev-list', '--first-parent', '-n', '20000', 'HEAD')).trim().split('\n')
  let best: Cases = { base: line.at(-1) ?? 'HEAD', cases: [] }
  for (let back = wanted; back < line.length; back = Math.ceil(back * 1.3)) {
    best = await casesSince(repository, line[back] ?? 'HEAD')
    if (best.cases.length >= wanted) break
  }
  return best
}

async function casesSince(repository: string, base: string): Promise<Cases> {
  const existing = new Set(
    (await git(repository, 'ls-tree', '-r', '--name-only', base)).split('\n').filter((path) => isSource(path) && !isTest(path)),
  )
  const log = await git(repository, 'log', '--no-merges', '--no-renames', '--name-only', '--format=%x01%H%x02%B%x02', `${base}..HEAD`)
  const cases = log
    .split('\x01')
    .slice(1)
    .flatMap((record) => {
      const [id = '', message = '', files = ''] = record.split('\x02')
      const truth = files.split('\n').filter((path) => existing.has(path))
      if (truth.length === 0 || truth.length > mostTruth || isRoutine(message)) return []
      return [{ id, message: message.trim(), title: message.trim().split('\n')[0] ?? '', truth }]
    })
  return { base, cases }
}

/** Messages that no person would give as a task. */
function isRoutine(message: string): boolean {
  return (
    message.trim().length < 8 ||
    /^(merge\b|revert\b|release\b|bump\b|v?\d+\.\d+|prepare (for )?release|\[maven-release|chore\(deps|build\(deps)/i.test(message.trim())
  )
}
