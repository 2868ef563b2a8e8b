import { shells } from './shells.ts'
import type { SyntaxNode } from './syntax.ts'
import { assignedNames, numbersIn } from './assigned-names.ts'
import { arithmetic, expandWord } from './expand.ts'
import { programEntry } from './program-table.ts'
import { fork, giveUp, limits, mergeBranches, walkSequence, type ShellState } from './state.ts'
import { elementsOf, numericWord, oneOf, spread, unknownWord, type Word } from './words.ts'

const commandNames: ReadonlySet<string> = new Set(['command_name'])
/** What runs in a shell of its own goes nowhere here. */
const ownShells: ReadonlySet<string> = new Set(['subshell', 'command_substitution', 'process_substitution'])

/** Whether code below a node may go to another directory. */
function changesDirectory(node: SyntaxNode): boolean {
  if (ownShells.has(node.type)) return false
  if (node.type === 'command_name') return !/^[\w./+-]+$/.test(node.text) || /^(cd|pushd|popd|eval|source|\.|builtin|command)$/.test(node.text)
  return node.children.some(changesDirectory)
}

/** A body that may run any number of times: what it assigns is not known in it, nor after it. */
function enterLoop(state: ShellState, node: SyntaxNode): ShellState {
  const inner = fork(state)
  if (inner.variables.size > 0) forgetAssigned(inner, node)
  if (changesDirectory(node)) inner.directories = null
  return inner
}

function forgetAssigned(inner: ShellState, node: SyntaxNode): void {
  const counters = numbersIn(node)
  for (const name of assignedNames(node)) {
    const keeps = counters.has(name) && inner.variables.get(name)?.numeric === true
    if (keeps) inner.variables.set(name, numericWord(`$${name}`))
    else inner.variables.delete(name)
  }
}

/** `for name in words`: a short list of known words is gone through word by word. */
export function walkFor(state: ShellState, node: SyntaxNode): void {
  const variable = node.field('variable')
  const body = node.field('body')
  if (variable === null || body === null) return giveUp(state, 'a loop that is not understood')
  const isItem = (child: SyntaxNode) => child !== variable && child !== body && child.type !== 'comment'
  const written = node.namedChildren.filter(isItem).flatMap((child) => spread(expandWord(state, child)))
  const parameters = state.variables.get('@')
  const items = parameters !== undefined && /^for\s+\w+\s*(;|do\b|\n)/.test(node.text) ? spread(elementsOf('"$@"', parameters)) : written
  const interactive = node.text.startsWith('select')
  const values: readonly Word[] = interactive || items.length === 0 || items.length > limits.loopItems ? [unknownWord(`$${variable.text}`)] : items
  const before = fork(state)
  const reassigned = assignedNames(body).has(variable.text)
  const ends = values.map((value) => {
    const inner = enterLoop(before, body)
    if (value.value === null || reassigned) inner.variables.delete(variable.text)
    else inner.variables.set(variable.text, oneOf(value))
    walkSequence(inner, body)
    return inner
  })
  state.variables.delete(variable.text)
  mergeBranches(state, ends)
}

/** `while`, `until` and the for of C. */
export function walkLoop(state: ShellState, node: SyntaxNode): void {
  if (node.type === 'c_style_for_statement') return walkCounting(state, node)
  startsWithoutEnd(state, node)
  const inner = enterLoop(state, node)
  walkSequence(inner, node)
  if (state.variables.size > 0) for (const name of assignedNames(node)) state.variables.delete(name)
  mergeBranches(state, [inner])
}

/** A loop that nothing bounds, and that leaves a process behind each time, uses up the machine. */
function startsWithoutEnd(state: ShellState, node: SyntaxNode): void {
  const body = node.field('body') ?? node.namedChildren.at(-1)
  const condition = node.namedChildren[0]?.text ?? ''
  if (body !== undefined && leavesBehind(body) && !/^(IFS=\S* )?read\b/.test(condition)) giveUp(state, 'a loop that starts processes without end')
  // What sleeps or may stop is bounded by the time that a command has.
  if (/^(:|true|\[ 1 \]|\(\( ?1 ?\)\))$/.test(condition) && !/\b(break|exit|return|sleep|wait|read)\b/.test(node.text)) giveUp(state, 'a loop without an end')
}

function leavesBehind(node: SyntaxNode): boolean {
  return node.children.some((child) => child.type === '&' || leavesBehind(child))
}

function walkCounting(state: ShellState, node: SyntaxNode): void {
  const header = /^for\s*\(\((.*?)\)\)/s.exec(node.text)?.[1]
  const body = node.field('body')
  if (header === undefined || body === null) return giveUp(state, 'a loop that is not understood')
  const inner = enterLoop(state, body)
  if (/;\s*;/.test(header)) startsWithoutEnd(state, node)
  if (!arithmetic(inner, header)) return giveUp(state, 'a loop that is not understood')
  walkSequence(inner, body)
  for (const name of assignedNames(node)) state.variables.delete(name)
  mergeBranches(state, [inner])
}

const ofTheShell: ReadonlySet<string> = new Set('cd pushd popd read source eval export declare local readonly typeset unset set shift trap alias unalias shopt test find exec return exit break continue wait let getopts mapfile readarray'.split(' '))

/** Whether the walk itself gives a name a meaning, besides what the table says of it. */
function isRead(name: string): boolean {
  return ofTheShell.has(name) || shells.has(name) || programEntry(name)?.wrapper !== undefined
}

/**
 * A function is walked where it is called, and at the end where nobody was seen to call it. What it assigns is never known again, and it must
 * not hide a name that means something.
 */
export function walkFunction(state: ShellState, node: SyntaxNode): void {
  const name = node.field('name')?.text ?? ''
  const body = node.field('body')
  if (body === null) return giveUp(state, 'a function that is not understood')
  if (isRead(name) || !/^[A-Za-z_][\w-]*$/.test(name)) giveUp(state, `a function that hides ${name}`)
  if (node.descendants(commandNames).some(({ text }) => text === name)) {
    giveUp(state, 'a function that calls itself')
    state.recursive.add(name)
  }
  for (const assigned of assignedNames(body)) state.volatile.add(assigned)
  const certain = node.parent?.type === 'program' && node.nextSibling?.type !== '&' && state.depth === 0
  const known = { body, certain, called: false }
  state.functions.set(name, [...(certain ? [] : state.functions.get(name) ?? []), known])
  state.defined.push({ state, known })
  if (node.namedChildren.some(({ type }) => type.endsWith('_redirect'))) giveUp(state, 'a redirection of a function')
}

/** Walks the functions that no command was seen to call: in what state they may run is not known. */
export function walkUncalled(state: ShellState): void {
  for (const { state: at, known } of state.defined) {
    if (!known.called) at.walk({ ...fork(at), directories: null, variables: new Map() }, known.body)
  }
}
