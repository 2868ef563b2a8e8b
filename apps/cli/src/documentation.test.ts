import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Command } from 'commander'
import { exitCodes } from '@codeforge/contracts/run-status'
import { shipped } from '@codeforge/host/shipped'
import { createTerminal } from './output/terminal.ts'
import { buildProgram } from './program.ts'

const guide = await readFile(join(shipped.root, 'docs', 'cli.md'), 'utf8')

/** Every command with the words that call it, such as `policies show`. */
function commandsOf(command: Command, before: readonly string[] = []): { readonly words: string, readonly command: Command }[] {
  return command.commands.flatMap((inner) => {
    const words = [...before, inner.name()]
    return [{ words: words.join(' '), command: inner }, ...commandsOf(inner, words)]
  })
}

const commands = commandsOf(buildProgram(createTerminal(process)))
const sections = new Map(guide.split('\n### codeforge ').slice(1).map((text) => [/^[a-z ]*[a-z]/.exec(text)?.[0] ?? '', text]))

test('the guide has one section for each command, and no other', () => {
  assert.deepEqual([...sections.keys()].sort(), commands.map(({ words }) => words).sort())
})

test('the guide names each argument and option where its command is described', () => {
  const missing = commands.flatMap(({ words, command }) => {
    const section = sections.get(words) ?? ''
    const wanted = [
      command.description(),
      ...command.registeredArguments.map((argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`)),
      ...command.options.map(({ flags }) => `\`${flags.replaceAll('|', '\\|')}\``),
    ]
    return wanted.filter((text) => !section.includes(text)).map((text) => `${words}: ${text}`)
  })
  assert.deepEqual(missing, [])
})

test('the guide names no option that its command does not have', () => {
  const unknown = commands.flatMap(({ words, command }) => {
    const known = command.options.map(({ flags }) => flags.replaceAll('|', '\\|'))
    const named = [...(sections.get(words) ?? '').matchAll(/^\| `(-[^`]+)` \|/gm)].map(([, flags = '']) => flags)
    return named.filter((flags) => !known.includes(flags)).map((flags) => `${words}: ${flags}`)
  })
  assert.deepEqual(unknown, [])
})

test('the table of exit codes is that of the outcomes', () => {
  const rows = [...guide.matchAll(/^\| (\d+) \| ([a-z-]+) \|/gm)].map(([, code, outcome]) => [outcome, Number(code)])
  assert.deepEqual(Object.fromEntries(rows), exitCodes)
})
