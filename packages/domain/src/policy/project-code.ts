import type { CommandPattern } from '@codeforge/contracts/policy-profile'
import type { SimpleCommand } from '@codeforge/contracts/shell-analysis'
import { compileCommand } from './command-pattern.ts'

/**
 * Programs that execute what the project's files say: tests, builds, package scripts, interpreters with a file, linters with plugins.
 * No analysis can bound what that does. Versions behind a name (python3.12) are folded before the look-up.
 */
const runners: readonly CommandPattern[] = [
  ...['npm', 'pnpm', 'yarn', 'bun'].flatMap((program): CommandPattern[] =>
    ['test', 't', 'tst', 'run', 'run-script', 'start', 'exec', 'x', 'dlx', 'install', 'i', 'ci', 'add', 'rebuild', 'build', 'lint', 'pack', 'publish', 'dev', 'check', 'format', 'typecheck'].map((name) => ({ program, args: [name, '**'] }))),
  ...['npx', 'pnpx', 'bunx', 'yarn', 'tsx', 'ts-node', 'deno', 'corepack'].map((program) => ({ program })),
  ...['jest', 'vitest', 'mocha', 'ava', 'tap', 'c8', 'nyc', 'playwright', 'cypress', 'karma'].map((program) => ({ program })),
  ...['tsc', 'eslint', 'prettier', 'biome', 'stylelint', 'webpack', 'vite', 'rollup', 'esbuild', 'turbo', 'nx', 'lerna', 'next', 'knip', 'depcruise'].map((program) => ({ program })),
  { program: 'node' },
  ...['python', 'pypy', 'pytest', 'tox', 'nox', 'unittest', 'mypy', 'pyright', 'pylint', 'flake8', 'ruff', 'black', 'isort', 'coverage', 'poetry', 'uv', 'uvx', 'pip', 'pipenv', 'pdm', 'hatch', 'pre-commit', 'django-admin'].map((program) => ({ program })),
  ...['make', 'gmake', 'ninja', 'cmake', 'ctest', 'meson', 'bazel', 'buck', 'just', 'task', 'rake', 'scons', 'invoke'].map((program) => ({ program })),
  ...['cargo', 'rustc', 'go', 'gofmt', 'golangci-lint', 'staticcheck', 'gotestsum', 'zig', 'dotnet', 'msbuild', 'swift', 'stack', 'cabal', 'mix', 'rebar3', 'dune', 'sbt', 'lein'].map((program) => ({ program })),
  ...['gradle', 'gradlew', 'mvn', 'mvnw', 'ant', 'java', 'javac', 'kotlin', 'kotlinc', 'scala'].map((program) => ({ program })),
  ...['ruby', 'bundle', 'rspec', 'rubocop', 'rails', 'gem', 'php', 'phpunit', 'composer', 'perl', 'prove', 'lua', 'Rscript', 'julia', 'tclsh', 'elixir'].map((program) => ({ program })),
  ...['gcc', 'g++', 'cc', 'c++', 'clang', 'clang++', 'clang-format', 'clang-tidy', 'shellcheck', 'shfmt'].map((program) => ({ program })),
  ...['bash', 'sh', 'dash', 'zsh', 'ksh', 'fish', 'source', '.'].map((program) => ({ program })),
  // Hooks of the repository run with these.
  ...['commit', 'merge', 'rebase', 'checkout', 'switch', 'am', 'cherry-pick', 'revert', 'pull', 'push'].map((name) => ({ program: 'git', args: [name, '**'] })),
  { program: 'git', args: ['stash'], lacks: ['list', 'show'] },
]

const matchers = runners.map(compileCommand)

/** Whether a command executes code of the project, or code given as text, which can do as much. */
export function runsProjectCode(command: SimpleCommand): boolean {
  // A program named by its path inside the workspace is the project's own.
  if (command.spelled.includes('/') && !/^\/(usr\/(local\/)?)?s?bin\//.test(command.spelled)) return true
  return command.effects.includes('runs-text') || command.effects.includes('project-code') || matchers.some((matches) => matches(command))
}
