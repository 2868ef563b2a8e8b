import type { Node } from 'web-tree-sitter'
import { assignedNames } from './assigned-names.ts'
import { arithmetic, expandWord } from './expand.ts'
import { opaquePrograms, programTable, wrapperTable } from './program-table.ts'
import { fork, giveUp, limits, mergeBranches, walkSequence, type ShellState } from './state.ts'
import { unknownWord, type Word } from './words.ts'

/** Whether code below a node may go to another directory. */
function changesDirectory(node: Node): boolean {
  return node.descendantsOfType('command_name').some((name) => name !== null && !/^[\w./+-]+$/.test(name.text) || /^(cd|pushd|popd|eval|source|\.|builtin|command)$/.test(name?.text ?? ''))
}

/** A body that may run any number of times: what it assigns is not known in it, nor after it. */
function enterLoop(state: ShellState, node: Node): ShellState {
  const inner = fork(state)
  for (const name of assignedNames(node)) inner.variables.delete(name)
  if (changesDirectory(node)) inner.directories = null
  return inner
}

/** `for name in words`: a short list of known words is gone through word by word. */
export function walkFor(state: ShellState, node: Node): void {
  const variable = node.childForFieldName('variable')
  const body = node.childForFieldName('body')
  if (variable === null || body === null) return giveUp(state, 'a loop that is not understood')
  const isItem = (child: Node) => child.id !== variable.id && child.id !== body.id && child.type !== 'comment'
  const items = node.namedChildren.filter(isItem).map((child) => expandWord(state, child))
  const interactive = node.text.startsWith('select')
  const values: readonly Word[] = interactive || items.length === 0 || items.length > limits.loopItems ? [unknownWord(`$${variable.text}`)] : items
  const before = fork(state)
  const reassigned = assignedNames(body).has(variable.text)
  const ends = values.map((value) => {
    const inner = enterLoop(before, body)
    if (value.value === null || reassigned) inner.variables.delete(variable.text)
    else inner.variables.set(variable.text, value)
    walkSequence(inner, body)
    return inner
  })
  state.variables.delete(variable.text)
  mergeBranches(state, ends)
}

/** `while`, `until` and the for of C. */
export function walkLoop(state: ShellState, node: Node): void {
  if (node.type === 'c_style_for_statement') return walkCounting(state, node)
  const inner = enterLoop(state, node)
  walkSequence(inner, node)
  for (const name of assignedNames(node)) state.variables.delete(name)
  mergeBranches(state, [inner])
}

function walkCounting(state: ShellState, node: Node): void {
  const header = /^for\s*\(\((.*?)\)\)/s.exec(node.text)?.[1]
  const body = node.childForFieldName('body')
  if (header === undefined || body === null) return giveUp(state, 'a loop that is not understood')
  const inner = enterLoop(state, body)
  if (!arithmetic(inner, header)) return giveUp(state, 'a loop that is not understood')
  walkSequence(inner, body)
  for (const name of assignedNames(node)) state.variables.delete(name)
  mergeBranches(state, [inner])
}

/** A function may be called anywhere after: what it assigns is never known again, and it must not hide a name that means something. */
export function walkFunction(state: ShellState, node: Node): void {
  const name = node.childForFieldName('name')?.text ?? ''
  const body = node.childForFieldName('body')
  if (body === null) return giveUp(state, 'a function that is not understood')
  if (name in programTable || name in wrapperTable || opaquePrograms.has(name)) giveUp(state, `a function that hides ${name}`)
  if (node.descendantsOfType('command_name').some((called) => called?.text === name)) giveUp(state, 'a function that calls itself')
  for (const assigned of assignedNames(body)) state.volatile.add(assigned)
  const inner = fork(state)
  inner.variables = new Map()
  if (changesDirectory(body)) {
    inner.directories = null
    state.directories = null
  }
  inner.walk(inner, body)
  if (node.namedChildren.some(({ type }) => type.endsWith('_redirect'))) giveUp(state, 'a redirection of a function')
}
