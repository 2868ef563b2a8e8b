import { fileURLToPath } from 'node:url'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import { Language, Parser } from 'web-tree-sitter'
import type { Family, Figures, Row } from '../harness/family.ts'
import { processorTime } from '../scenes/processor-time.ts'

const ordinary = 'cd packages/core && npm test 2>&1 | tail -20'
const unit = 'if [ -f "src/a.ts" ]; then grep -n foo "src/${name}.ts" | head -5 > out.txt; fi\nnpm test --silent && git commit -m "a message of some words"\n'

/** Commands of some length, in bytes of plain text. */
const commands: readonly (readonly [string, string])[] = [
  ['an ordinary command', ordinary],
  ['200 bytes', `${unit.repeat(2)}`.slice(0, unit.length) + ordinary],
  ['1 KB', unit.repeat(Math.ceil(1000 / unit.length))],
  ['10 KB', unit.repeat(Math.ceil(10_000 / unit.length))],
]

const rows: readonly Row[] = commands.map(([name]): Row => ({
  name, unit: 'ms', comparedWith: 'the parse of tree-sitter alone', marks: name === '10 KB' ? [{ of: 'ours', is: 'at most', value: 5 }] : [],
}))

/** Processor time of one call: the mean of as many as make about 100 KB of text. */
function each(call: (command: string) => void): Figures {
  return Object.fromEntries(commands.map(([name, command]) => {
    const times = Math.ceil(100_000 / command.length)
    const began = processorTime()
    for (let time = 0; time < times; time++) call(command)
    return [name, (processorTime() - began) / times]
  }))
}

export const family: Family = {
  name: 'shell analysis',
  rows,
  warmUps: 10,
  async open() {
    const analyse = await createShellAnalyser()
    await Parser.init()
    const parser = new Parser()
    parser.setLanguage(await Language.load(fileURLToPath(import.meta.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm'))))
    return {
      ours: () => Promise.resolve(each(analyse)),
      baseline: () => Promise.resolve(each((command) => { parser.parse(command)?.delete() })),
      [Symbol.asyncDispose]: () => {
        parser.delete()
        return Promise.resolve()
      },
    }
  },
}
