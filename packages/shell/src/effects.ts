import type { CommandEffect } from '@codeforge/contracts/shell-analysis'
import { inputRunners, networkPrograms, textRunners } from './program-table.ts'
import type { Word } from './words.ts'

/** What a command may do besides its paths, from its program and arguments. */
export function effectsOf(program: string, args: readonly Word[]): CommandEffect[] {
  const effects: CommandEffect[] = []
  if (reachesNetwork(program, args)) effects.push('network')
  if (runsText(program, args)) effects.push('runs-text')
  if (destroys(program, args)) effects.push('destructive')
  return effects
}

function reachesNetwork(program: string, args: readonly Word[]): boolean {
  const subcommands = networkPrograms[program]
  if (subcommands === undefined) return false
  if (subcommands.length === 0) return true
  // yarn and bun without a subcommand install.
  if (program === 'yarn' && args.length === 0) return true
  const [first, second] = operands(args)
  return first !== undefined && (subcommands.includes(first) || (first === 'remote' && second === 'update'))
}

function runsText(program: string, args: readonly Word[]): boolean {
  const starts = textRunners[program]
  const operand = args.findIndex(({ value, prefix }) => !(value ?? prefix).startsWith('-'))
  const options = operand === -1 ? args : args.slice(0, operand + (program === 'deno' ? 1 : 0))
  if (starts !== undefined && options.some(({ value, prefix }) => starts.some((start) => (value ?? prefix).startsWith(start)))) return true
  const informs = args.some(({ value }) => value !== null && /^(-V|-v|--version|--help|-h|--test|-m|--check|-c|--run)/.test(value))
  return inputRunners.has(program) && !informs && (operand === -1 || args.some(({ value }) => value === '-'))
}

const everything = /^(\.|\.\.|\/|~|\*|\.\*|\.\/|\.\/\*|~\/|\/\*|~\/\*|\.\/\.\*|\{\*,\.\*\})$/

function destroys(program: string, args: readonly Word[]): boolean {
  const values = args.map(({ value, prefix }) => value ?? prefix)
  const names = operands(args)
  const has = (pattern: RegExp) => values.some((value) => pattern.test(value))
  switch (program) {
    case 'rm':
      return has(/^(-[a-zA-Z]*[rR]|--rec)/) && names.some((name) => everything.test(name) || /^(\/|~)(?!tmp\/)/.test(name))
    case 'chmod':
    case 'chown':
    case 'chgrp':
      return has(/^(-[a-zA-Z]*R|--rec)/) && names.some((name) => /^[/~]/.test(name))
    case 'find':
      return has(/^-delete$/) && !has(/^-(i?name|i?path|i?regex)$/)
    case 'git':
      return destroysHistory(names[0] ?? '', names.slice(1), has)
    case 'dd':
      return has(/^of=\/dev\/(?!null)/)
    default:
      return /^(mkfs(\..+)?|fdisk|parted|wipefs|shred|mkswap|shutdown|reboot|halt|poweroff)$/.test(program)
  }
}

function destroysHistory(subcommand: string, names: readonly string[], has: (pattern: RegExp) => boolean): boolean {
  switch (subcommand) {
    case 'push':
      return has(/^(-[a-zA-Z]*f|--force|--for|--mirror|--delete|--del|--prune|-d$|\+|:)/)
    case 'reset':
      return has(/^--(har|mer|kee)/)
    case 'clean':
      return has(/^(-[a-zA-Z]*f|--for)/)
    case 'branch':
    case 'tag':
      return has(/^(-[a-zA-Z]*[dDmMCf]|--del|--for|--mov)/)
    case 'reflog':
      return names[0] === 'expire' || names[0] === 'delete'
    case 'stash':
      return names[0] === 'drop' || names[0] === 'clear'
    case 'checkout':
    case 'switch':
      return has(/^(-[a-zA-Z]*[fBC]|--force|--for|--discard)/)
    case 'update-ref':
    case 'filter-branch':
    case 'filter-repo':
    case 'replace':
    case 'gc':
    case 'prune':
      return true
    default:
      return false
  }
}

function operands(args: readonly Word[]): string[] {
  return args.map(({ value, prefix }) => value ?? prefix).filter((value) => !value.startsWith('-'))
}
