import type { SyntaxNode } from './syntax.ts'
import { assignedNames } from './assigned-names.ts'
import { walkFor, walkFunction, walkLoop } from './compound.ts'
import { arithmetic, expandInside, expandWord } from './expand.ts'
import { namesFed } from './fed-names.ts'
import { walkPipeline } from './pipeline.ts'
import { applyBuiltin } from './builtins.ts'
import type { Pending } from './pending.ts'
import { textFed, walkRedirect } from './redirects.ts'
import { resolveCommand } from './resolve.ts'
import { eitherDirectory, follow, fork, giveUp, leavesOnFailure, mergeBranches, walkSequence, walkSubstitution, type ShellState } from './state.ts'
import { checkVariable } from './variables.ts'
import { arrayOf, choicesOf, combinations, hasChoices, known, mapChoices, spread, unknownWord, type Word } from './words.ts'

/** Walks one statement; a construct that is not listed is not understood. */
export function walkStatement(state: ShellState, node: SyntaxNode): void {
  node.seen = true
  switch (node.type) {
    case 'comment':
      return
    case 'command':
      return walkCommand(state, node)
    case 'list':
      return walkList(state, node)
    case 'pipeline':
      return walkPipeline(state, node)
    case 'redirected_statement':
      walkRedirected(state, node)
      // Where a redirection fails, its statement never runs.
      return forget(state, node)
    case 'negated_command':
    case 'compound_statement':
    case 'do_group':
    case 'program':
      return walkSequence(state, node)
    case 'subshell':
      return walkSubstitution(state, node)
    case 'variable_assignment':
      return void assign(state, node)
    case 'variable_assignments':
      for (const child of node.namedChildren) assign(state, child)
      return
    default:
      return walkCompound(state, node)
  }
}

function walkCompound(state: ShellState, node: SyntaxNode): void {
  switch (node.type) {
    case 'if_statement':
    case 'elif_clause':
    case 'else_clause':
      return walkBranches(state, node)
    case 'case_statement':
      return walkCase(state, node)
    case 'for_statement':
      return walkFor(state, node)
    case 'while_statement':
    case 'c_style_for_statement':
      return walkLoop(state, node)
    case 'function_definition':
      return walkFunction(state, node)
    case 'test_command':
      return walkTest(state, node)
    case 'declaration_command':
      return walkDeclaration(state, node)
    case 'unset_command':
      return walkUnset(state, node)
    default:
      giveUp(state, `the construct ${node.type}`)
  }
}

function isRedirect(node: SyntaxNode): boolean {
  return node.type.endsWith('_redirect')
}

/** A statement with redirections: what is fed to it is known where it is a text without expansions. */
function walkRedirected(state: ShellState, node: SyntaxNode): void {
  const before = state.stdin
  const fed = node.namedChildren.filter(isRedirect).map((redirect) => textFed(redirect))
  const only = fed.filter((text) => text !== undefined)
  state.stdin = only.length === 1 ? only[0] ?? null : null
  const names = fed.length === 1 || only.length === 1 ? namesFed(state, node) : null
  const input = state.input
  if (names !== null) state.input = { names, separated: false }
  for (const child of node.namedChildren) if (!isRedirect(child)) walkStatement(state, child)
  state.stdin = before
  state.input = input
  for (const child of node.namedChildren) if (isRedirect(child)) walkRedirect(state, child)
}

function walkList(state: ShellState, node: SyntaxNode): void {
  const [left, right] = node.namedChildren
  const operator = node.children.find(({ isNamed }) => !isNamed)?.type
  if (left === undefined || right === undefined || node.namedChildren.length !== 2) return giveUp(state, 'a list that is not understood')
  const before = state.directories
  walkStatement(state, left)
  const branch = fork(state)
  if (operator === '||') branch.directories = eitherDirectory(before, state.directories)
  walkStatement(branch, right)
  if (leavesOnFailure(node)) return
  if (operator !== '&&') return mergeBranches(state, [branch])
  // Where the whole succeeded both ran; the sequence around it keeps the directory before it as possible.
  state.variables = branch.variables
  follow(state, branch)
  forget(state, right)
}

/** What may or may not have been assigned in a part is not known after it. */
function forget(state: ShellState, node: SyntaxNode): void {
  if (state.variables.size === 0) return
  for (const name of assignedNames(node)) state.variables.delete(name)
}

/** Conditions run in order, of the bodies one or none: each is walked as if the others may have been. */
function walkBranches(state: ShellState, node: SyntaxNode): void {
  const branch = fork(state)
  for (const child of node.namedChildren) {
    const before = branch.directories
    walkStatement(branch, child)
    branch.directories = eitherDirectory(before, branch.directories)
    // Within one body what was assigned stays known; another body never saw it.
    if (child.type.endsWith('_clause')) forget(branch, child)
  }
  forget(branch, node)
  mergeBranches(state, [branch])
}

function walkCase(state: ShellState, node: SyntaxNode): void {
  const value = node.field('value')
  if (value !== null) expandWord(state, value)
  const branches = node.namedChildren.filter(({ type }) => type === 'case_item').map((item) => {
    const branch = fork(state)
    const patterns = new Set(item.fields('value'))
    for (const child of item.namedChildren) {
      if (patterns.has(child)) expandWord(branch, child)
      else walkStatement(branch, child)
    }
    return branch
  })
  forget(state, node)
  mergeBranches(state, branches)
}

/** `[ ... ]`, `[[ ... ]]` and `(( ... ))`. */
function walkTest(state: ShellState, node: SyntaxNode): void {
  if (node.text.startsWith('((')) {
    if (!arithmetic(state, node.text.slice(2, -2))) giveUp(state, `arithmetic that may execute something: ${node.text.slice(0, 60)}`)
    return
  }
  const words = expandInside(state, node).flatMap(spread)
  // Between [[ and ]] these compare expressions, and an expression may hold a command.
  const compares = node.text.startsWith('[[') && /\s-(eq|ne|lt|le|gt|ge)\s/.test(node.text)
  const risky = ({ value, numeric, source }: Word) => !numeric && !source.startsWith('-') && (value === null || /[A-Za-z_[]/.test(value))
  if (compares && words.some(risky)) giveUp(state, `a comparison that may execute something: ${node.text.slice(0, 60)}`)
  resolveCommand(state, { words: [known('[', '[', false), ...words], source: node.text, wrappers: [], assignments: [], effects: [] })
}

function walkDeclaration(state: ShellState, node: SyntaxNode): void {
  // Without a name to set, or with -p, it prints what the environment holds.
  if (!node.namedChildren.some(({ type }) => type === 'variable_assignment' || type === 'variable_name') || /\s-\w*p/.test(node.text)) giveUp(state, `${node.text.slice(0, 20)} prints variables`)
  // A later assignment to a name that is read-only fails, and the shell may go on with the old value.
  if (/^readonly\b|\s-\w*r/.test(node.text)) for (const name of assignedNames(node)) state.volatile.add(name)
  // The places of such a list are texts and no numbers.
  if (/\s-\w*A/.test(node.text)) for (const name of assignedNames(node)) state.volatile.add(name)
  for (const child of node.namedChildren) {
    if (child.type === 'variable_assignment') {
      // Unlike an assignment that stands alone, it is a word to bash: `export x={a,b}` assigns twice.
      if (hasBraces(child)) giveUp(state, `braces in a declaration: ${child.text.slice(0, 60)}`)
      assign(state, child, true)
    } else if (child.type === 'variable_name') declared(state, child.text)
    else if (child.type !== 'word' || !/^-[xrgpaA]+$/.test(child.text)) giveUp(state, `a declaration that is not understood: ${node.text.slice(0, 60)}`)
  }
}

/** Whether a word has braces outside quotes and expansions. */
function hasBraces(node: SyntaxNode): boolean {
  return node.text.includes('{') && node.field('value')?.type !== 'array' && /\{/.test(node.text.replaceAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"|\$\{[^{}]*\}/gs, ''))
}

/** A name that is declared without a value keeps the one it has, which other programs may see from here on. */
function declared(state: ShellState, name: string): void {
  checkVariable(state, name, state.variables.get(name) ?? null, 'programs')
  state.variables.delete(name)
}

function walkUnset(state: ShellState, node: SyntaxNode): void {
  for (const child of node.namedChildren) {
    if (child.type === 'variable_name') state.variables.delete(child.text)
    else giveUp(state, `an unset that is not understood: ${node.text.slice(0, 60)}`)
  }
}

interface Assignment {
  readonly name: string
  readonly value: Word | null
}

/** Records what a variable becomes. */
function assign(state: ShellState, node: SyntaxNode, exported = false): void {
  const { name, value } = assignment(state, node, exported)
  if (value === null || value.value === null) state.variables.delete(name)
  else state.variables.set(name, value)
}

function assignment(state: ShellState, node: SyntaxNode, exported: boolean | null): Assignment {
  const target = node.field('name')
  const valueNode = node.field('value')
  const name = target?.type === 'variable_name' ? target.text : ''
  if (name === '') giveUp(state, `an assignment that is not understood: ${node.text.slice(0, 60)}`)
  const value = assignedValue(state, node, name, valueNode)
  if (exported === null) return { name, value: value?.either === true ? unknownWord(node.text) : value }
  for (const choice of value === null ? [null] : choicesOf(value)) checkVariable(state, name, choice, exported ? 'programs' : 'shell')
  return { name, value }
}

function assignedValue(state: ShellState, node: SyntaxNode, name: string, valueNode: SyntaxNode | null): Word | null {
  if (valueNode?.type === 'array') {
    const written = valueNode.namedChildren.map((child) => expandWord(state, child))
    // What one of several words makes of an array is not known.
    if (written.some(({ either }) => either)) return null
    const elements = written.flatMap(spread)
    return node.text.startsWith(`${name}=(`) && valueNode.namedChildren.every(({ text }) => !text.startsWith('[')) ? arrayOf(valueNode.text, elements) : null
  }
  const expanded = valueNode === null ? known('', '') : expandWord(state, valueNode)
  return mapChoices(expanded, (choice) => assignedText(node, name, choice))
}

/** Here a text is not split into words. */
function assignedText(node: SyntaxNode, name: string, expanded: Word): Word {
  if (expanded.more !== null && !expanded.listed) return unknownWord(node.text)
  // Braces stay as they are here. A tilde after the sign or a colon becomes a home directory; `+=` adds to what was there.
  const isPlain = !hasBraces(node) && !node.text.startsWith(`${name}+=`) && !/(^|:)~/.test(expanded.value ?? '')
  return isPlain ? { ...expanded, glob: expanded.expanded } : unknownWord(node.text)
}

function walkCommand(state: ShellState, node: SyntaxNode): void {
  const words: Word[] = []
  const assignments: Assignment[] = []
  for (const child of node.children) {
    if (child.text === '{' || child.text === '}') giveUp(state, 'a brace that the grammar takes for a word')
    if (!child.isNamed) giveUp(state, `a sign that is not understood: ${child.text.slice(0, 20)}`)
    else if (child.type === 'variable_assignment') assignments.push(assignment(state, child, null))
    else if (isRedirect(child)) walkRedirect(state, child)
    else if (child.type !== 'comment') walkWord(state, words, child)
  }
  runCommand(state, node, words, assignments)
}

function runCommand(state: ShellState, node: SyntaxNode, words: readonly Word[], assignments: readonly Assignment[]): void {
  const cuts = assignments.length > 0 && onlyCuts(words, assignments)
  state.found.endsThere = words[0]?.value === 'cd' && endsShell(state, node)
  resolveEach(state, { words, source: node.text, wrappers: [], assignments: cuts ? [] : assignments, effects: [] })
  state.found.endsThere = false
  // Before some builtins an assignment lasts in one shell and not in another.
  for (const { name } of assignments) state.variables.delete(name)
  // A name that is cut is no longer the one that was printed.
  applyBuiltin(cuts ? { ...state, input: null } : state, node, words)
}

/** A command of which a word is one of several is a command for each of them. */
function resolveEach(state: ShellState, pending: Pending): void {
  if (!hasChoices(pending.words)) return resolveCommand(state, pending)
  const chosen = combinations(pending.words)
  if (chosen === null) giveUp(state, `too many ways to read ${pending.source.slice(0, 60)}`)
  for (const words of chosen ?? [pending.words]) resolveCommand(state, { ...pending, words })
}

/** Whether a command is the last that its shell runs: of the whole text, or between parentheses. */
function endsShell(state: ShellState, node: SyntaxNode): boolean {
  const { parent } = node
  if (parent === null) return false
  const last = parent.namedChildren.findLast(({ type }) => type !== 'comment')
  if (last !== node || node.nextSibling?.type === '&') return false
  if (parent.type === 'list') return endsShell(state, parent)
  return parent.type === 'subshell' ? parent.parent?.type !== 'function_definition' : parent.type === 'program' && state.depth === 0
}

function pushSpread(words: Word[], word: Word): void {
  words.push(word)
  if (word.more !== null && !word.either) words.push(...word.more)
}

/** `time (a; b)`: to bash the first word is part of its own language. */
function walkWord(state: ShellState, words: Word[], child: SyntaxNode): void {
  if (child.type === 'subshell' && words.length === 1 && words[0]?.value === 'time') state.walk(state, child)
  else pushSpread(words, expandWord(state, child))
}

/** Whether what is assigned before `read` says only how its line is cut; the empty text cuts nothing. */
function onlyCuts(words: readonly Word[], assignments: readonly Assignment[]): boolean {
  return words[0]?.value === 'read' && assignments.length > 0 && assignments.every(({ name, value }) => name === 'IFS' && typeof value?.value === 'string' && value.value !== '')
}
