import { harmlessVariables, meaningfulVariables } from './program-table.ts'
import { giveUp, type ShellState } from './state.ts'

/** Notes an assignment that changes what later words or other programs do. */
export function checkVariable(state: ShellState, name: string): void {
  if (meaningfulVariables.test(name) && !harmlessVariables.test(name)) giveUp(state, `the variable ${name} changes what is executed`)
}
