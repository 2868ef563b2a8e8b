import type { SimpleCommand } from '@codeforge/contracts/shell-analysis'

/**
 * Whether a command executes what the project's files say (tests, builds, package scripts, linters with plugins, hooks of the repository), or
 * code given as text, which can do as much. The analysis says so of each command; of a program that it does not know, always.
 */
export function runsProjectCode({ effects }: SimpleCommand): boolean {
  return effects.includes('project-code') || effects.includes('runs-text')
}
