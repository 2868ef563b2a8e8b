/** Environment of every command of a run: built here, nothing of the worker's own is inherited. */
export const commandEnvironment: Readonly<Record<string, string>> = {
  CI: 'true',
  NO_COLOR: '1',
  FORCE_COLOR: '0',
  TERM: 'dumb',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
  DEBIAN_FRONTEND: 'noninteractive',
}
