import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { Language, Parser } from 'web-tree-sitter'
import { parse } from 'yaml'
import { z } from 'zod'
import { unaccounted } from './accounting.ts'
import { readPlainScript } from './plain-script.ts'
import { copyTree, type SyntaxNode } from './syntax.ts'
import { mutantsOf } from './testing/mutants.ts'

await Parser.init()
const parser = new Parser()
parser.setLanguage(await Language.load(fileURLToPath(import.meta.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm'))))

/** A tree as text: what the walk asks of its nodes, and nothing else. */
function shown({ type, isNamed, fieldName, startIndex, endIndex, children }: SyntaxNode): string {
  return `${isNamed ? type : JSON.stringify(type)}${fieldName === null ? '' : `:${fieldName}`}[${startIndex},${endIndex}](${children.map(shown).join(' ')})`
}

function ofGrammar(script: string): SyntaxNode | null {
  const tree = parser.parse(script)
  assert.ok(tree !== null)
  try {
    return tree.rootNode.hasError ? null : copyTree(tree, script, 150)
  } finally {
    tree.delete()
  }
}

function see(node: SyntaxNode): void {
  node.seen = true
  node.children.forEach(see)
}

/** Whether it is read; what is read is what the grammar says. Only where the grammar swallows the end of a line, which accounting refuses, may it differ. */
function agrees(text: string): boolean {
  const script = `${text}\n`
  const plain = readPlainScript(script)
  if (plain === null) return false
  const whole = ofGrammar(script)
  const same = whole !== null && shown(plain) === shown(whole)
  if (whole !== null) see(whole)
  if (!same && (whole === null || unaccounted(whole) === null)) assert.equal(shown(plain), whole === null ? 'an error' : shown(whole), JSON.stringify(text))
  return true
}

const read = [
  'npm test', 'cd a && npm test -- --grep "b c" 2>&1 | tail -50', 'find . -name "*.ts" -not -path "*/x/*" -print0 | xargs -0 grep -n "b" | sort | uniq -c', 'git -c core.pager="cat" log', 'a 2> b > c < d &>> e', './a /b ../c', 'x=1', 'x=1 y="$z" a', 'x= a', 'a; b\nc & d', 'a || b && c',
  'a && b > c | d && e', 'a | b 2>&1 | c', 'find a -exec cat {} +', 'a "b $c d" $e "$?" $?', 'a 12 -3 1.2 1e3', 'a \'b\nc\' "d\ne"', 'x=$(a b); $x c', 'a "$(b "$c" | d)" $(f)g', 'a "b $(c) d"', 'echo if then done', ' a ;', 'a *.b ~/c d?e', 'awk -F, \'{print $1}\' a',
]
for (const text of read) test(`a plain script is read, and means what the grammar says: ${JSON.stringify(text)}`, () => { assert.ok(agrees(text)) })

const left = [
  'if a; then b; fi', 'for x in a; do b; done', 'a $(b; c)', 'a $(b', 'a b)', 'a $((1+1))', 'a $(b | c | d > e)', 'a $(<b)', 'a `b`', 'a ${b}', 'a <(b)', '(a)', '{ a; }', 'a <<EOF\nb\nEOF', 'a <<< b', 'a() { b; }', 'a # b', '! a', '[ a ]', 'export a=b', 'time a', 'a=(b c)', 'a\\ b', 'a {b,c}', '$? b', '"a" b', 'a | b | c && d', 'a |& b', 'a;; b', '> a', 'x=1 > a', 'a > b c', 'a 0< b', 'a $b$c',
  'a "$b $c"', 'a >| b', 'a <> b', 'a 2>&-', 'a "b', '', 'a &&', '| a', '. a', 'x=1 y=2\na', 'a | b | c > d && e', 'a - > b', 'a "$?b"', 'a =b', 'a 0x1', Array.from({ length: 200 }, () => 'a').join(' && '),
]
for (const text of left) test(`what is more than plain is left to the grammar: ${JSON.stringify(text.slice(0, 40))}`, () => { assert.equal(readPlainScript(`${text}\n`), null) })

test('the commands of the corpus that are read mean what the grammar says, and many are read', () => {
  const folder = new URL('../corpus/', import.meta.url)
  const texts = readdirSync(folder).flatMap((file) => z.array(z.looseObject({ command: z.string() })).parse(parse(readFileSync(new URL(file, folder), 'utf8'))).map(({ command }) => command))
  const count = texts.filter((text) => /^[\t\n -~]*$/.test(text) && agrees(text)).length
  assert.ok(count * 4 > texts.length, `${count} of ${texts.length}`)
})

const pieces = ['a', 'b.c', '-x', '--long=y', '12', '-3', '"t w"', '\'r s\'', '$x', '"$x"', '"a $x b"', '"$?"', '$?', ' ', '  ', '\t', ' | ', '|', ' && ', '&&', ' || ', '; ', '\n', ' & ', '>o', ' > o', ' 2>&1', ' >> p', ' < i', ' <&', ' <&-', ' >&', ' &> q', ' 2> /dev/null', '{}', 'x=', 'x=1', 'y="b c"', '$(a b)', '"$(a)"', '"x $(a | b) y"', '$x a', 'x=$(a)', '$( a )', '=', '*', '?', '~/a', './p', '^', '@', ':', ',', '+', '%', 'if', 'do', 'in', 'time', 'export', '0x1', '""', '\'\'']
const odd = ['!', '#', '\\', '(', ')', '[', ']', '{', '}', '`', '<<', '>&', '$', '"', '\'', '$_', '$(', '"$(', ')"']
const piece = fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: fc.constantFrom(...odd) })
const scripts = fc.array(fc.tuple(piece, fc.constantFrom(' ', ' ', '')).map((parts) => parts.join('')), { maxLength: 8 }).map((parts) => `a ${parts.join('')}`)

for (const [kind, texts] of [['put together by chance', scripts], ['hurt by chance', mutantsOf(read)]] as const) test(`scripts ${kind} that are read mean what the grammar says, and some are read`, () => {
  let count = 0
  fc.assert(fc.property(texts, (text) => { if (agrees(text)) count++ }), { numRuns: 4000 })
  assert.ok(count > 400, String(count))
})
