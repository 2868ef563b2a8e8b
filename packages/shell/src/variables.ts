import { harmlessVariables, meaningfulVariables } from './program-table.ts'
import { giveUp, type ShellState } from './state.ts'

/** Variables that the shell itself sets as it goes: whatever was assigned to them, their value is not known. */
export const shellNames: readonly string[] = '_ REPLY PWD OLDPWD RANDOM SRANDOM SECONDS LINENO EPOCHSECONDS EPOCHREALTIME DIRSTACK PIPESTATUS OPTARG OPTIND COLUMNS LINES HISTCMD UID EUID PPID GROUPS FUNCNAME'.split(' ')

/** Notes an assignment that changes what later words or other programs do. */
export function checkVariable(state: ShellState, name: string): void {
  if (meaningfulVariables.test(name) && !harmlessVariables.test(name)) giveUp(state, `the variable ${name} changes what is executed`)
}
