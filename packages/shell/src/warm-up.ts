import { setImmediate } from 'node:timers/promises'
import type { ShellAnalysis } from '@codeforge/contracts/shell-analysis'

/** Commands whose programs most runs call; all of them plain, so that the grammar stays as it is until somebody needs it. */
const usual: readonly string[] = [
  'git status', 'git diff', 'git add -A', 'git commit -m x', 'npm test', 'npx tsc', 'node a.js', 'python a.py', 'pytest -q', 'ls', 'cat a', 'head a', 'tail a', 'grep -rn a src', 'rg a', 'sed -n 1p a', 'find .', 'wc -l a', 'sort', 'xargs echo', 'mkdir a', 'mv a b', 'rm a', 'cd a',
]

/**
 * Analyses some commands, one in each turn of the event loop, so that the first verdicts of a run find the entries of their programs read: that of git
 * alone takes 20 ms. It keeps no process alive, and no verdict depends on it.
 */
export async function warmUp(analyse: (command: string) => ShellAnalysis): Promise<void> {
  for (const command of usual) {
    await setImmediate(undefined, { ref: false })
    analyse(command)
  }
}
