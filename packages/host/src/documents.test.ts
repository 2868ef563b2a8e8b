import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { shipped } from './shipped.ts'

const foreign = new Set(['node_modules', '.runtime', '.git', 'dist', '__fixtures__'])
const documents = await Array.fromAsync(glob('**/*.md', { cwd: shipped.root, exclude: (name) => foreign.has(name) }))
const textOf = async (document: string): Promise<string> => readFile(join(shipped.root, document), 'utf8')

/** As on the forge: lower case, no punctuation, dashes for spaces. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title!)
  return new Set(headings.map((title) => title.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')))
}

/** What is wrong with a document's relative links. */
async function brokenLinks(document: string): Promise<string[]> {
  const text = (await textOf(document)).replaceAll(/^```[\s\S]*?^```/gm, '')
  const links = [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target!).filter((target) => !/^[a-z]+:/.test(target))
  const broken: string[] = []
  for (const link of links) {
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? document : join(dirname(document), path)
    const exists = existsSync(join(shipped.root, target))
    if (!exists || (anchor !== undefined && !anchorsOf(await textOf(target)).has(anchor))) broken.push(`${document}: ${link}`)
  }
  return broken
}

test('every relative link of a document leads somewhere', async () => {
  assert.ok(documents.includes('README.md'))
  assert.deepEqual((await Promise.all(documents.map(brokenLinks))).flat(), [])
})

const CommandLine = z.record(z.string(), z.array(z.string()))

/** Every command with its options, asked of the command line itself in a process of its own: no package may import it. */
async function commandLine(): Promise<z.output<typeof CommandLine>> {
  const from = (path: string): string => JSON.stringify(pathToFileURL(join(shipped.root, 'apps', 'cli', 'src', path)).href)
  const script = `
    import { createTerminal } from ${from('output/terminal.ts')}
    import { buildProgram } from ${from('program.ts')}
    const program = buildProgram(createTerminal(process))
    const flags = (command) => command.options.flatMap(({ short, long }) => [short, long]).filter(Boolean)
    const all = (command, before) => command.commands.flatMap((inner) => {
      const words = [...before, inner.name()]
      return [[words.join(' '), flags(inner)], ...all(inner, words)]
    })
    console.log(JSON.stringify(Object.fromEntries([['', flags(program)], ...all(program, [])])))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { timeout: 30_000 })
  return CommandLine.parse(JSON.parse(stdout))
}

/** The calls of our command in the shell examples and the code spans of a document, as words. */
function callsIn(text: string): string[][] {
  const examples = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, body]) => body!.replaceAll('\\\n', ' ').split('\n'))
  const spans = [...text.matchAll(/`(codeforge [^`\n]+)`/g)].map(([, span]) => span!)
  return [...examples, ...spans].flatMap((line) => {
    const call = /(?:^|\s)(?:codeforge|apps\/cli\/src\/main\.ts) ((?:"[^"]*"|[^#"])*)/.exec(line)
    return call ? [call[1]!.match(/"[^"]*"|\S+/g) ?? []] : []
  })
}

/** What a call names that there is not. */
function unknownIn(words: readonly string[], known: Readonly<Record<string, readonly string[]>>): string[] {
  const isOption = (word: string): boolean => /^--?[a-z]/.test(word)
  const plain = words.filter((word, index) => !isOption(word) && !['--data', '--config'].includes(words[index - 1] ?? ''))
  const [first = '', second = ''] = plain
  if (first.startsWith('<')) return [] // stands for any command
  const command = `${first} ${second}` in known ? `${first} ${second}` : first
  if (!(command in known)) return [command]
  const options = [...known['']!, ...known[command]!]
  return words.filter((word) => isOption(word) && !options.includes(word.split('=')[0]!)).map((word) => `${command} ${word}`)
}

describe('the commands', async () => {
  const known = await commandLine()
  const guides = documents.filter((document) => document === 'README.md' || /^docs\/[^/]+$/.test(document))
  for (const document of guides) {
    test(`of ${document} exist, and so do their options`, async () => {
      assert.deepEqual(callsIn(await textOf(document)).flatMap((words) => unknownIn(words, known)), [])
    })
  }

  test('are found, and a slip in one is', () => {
    const calls = callsIn('```sh\nFOO=1 npx codeforge --data x run "a --b" --gate "npm test" # note\n```\nor `codeforge rum --jsn`')
    assert.deepEqual(calls, [['--data', 'x', 'run', '"a --b"', '--gate', '"npm test"'], ['rum', '--jsn']])
    assert.deepEqual(unknownIn(['run', '--gaet', 'x'], known), ['run --gaet'])
    assert.deepEqual(unknownIn(['rum', '--json'], known), ['rum'])
  })
})
