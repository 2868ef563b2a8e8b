import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FileFacts } from '../extract/file-facts.ts'
import { buildModel } from '../search/code-model.ts'
import { definingFacts, treeOf } from '../testing/tree-of.ts'
import { buildGraph, edgeKinds } from './code-graph.ts'

/** The quick scan finds no classes of style and no keys; grammars do. */
const asGrammarsSee: Readonly<Record<string, { readonly facts: FileFacts }>> = {
  'style.css': { facts: definingFacts('class', ['panel', 'title']) },
  'settings.yml': { facts: definingFacts('constant', ['panel', 'title']) },
}

/** Edges between files of a tree of these texts: what lies in a file counts as the file. */
function edgesOf(texts: Readonly<Record<string, string>>): readonly string[] {
  const { symbols, files } = buildModel(
    treeOf(Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, { text, ...asGrammarsSee[path] }]))),
  )
  const graph = buildGraph(symbols, files, (path) => texts[path])
  const pathOf = (node: number) => files[node < graph.files ? node : (symbols.columns.definitionFiles[node - graph.files] ?? 0)]?.path ?? ''
  const named = Array.from(graph.from, (from, row) => {
    const kind = edgeKinds[graph.kinds[row] ?? 0] ?? ''
    return `${pathOf(from)} ${kind} ${pathOf(graph.to[row] ?? 0)} ${(graph.confidences[row] ?? 0).toFixed(2)}`
  })
  return [...new Set(named)].sort()
}

describe('the graph of a tree', () => {
  it('joins no name with an equal one of another family of languages, unless that is imported', () => {
    const texts = {
      'a.ts': 'export function run() {\n  return panel + title\n}\n',
      'b.tsx': 'export const panel = 1\n',
      'style.css': '.panel { top: 0 }\n.title { top: 0 }\n',
      'settings.yml': 'panel: title\n',
      'title.py': 'def title():\n  pass\n',
    }
    assert.deepEqual(edgesOf(texts), ['a.ts reference b.tsx 0.70'])
    assert.deepEqual(edgesOf({ 'a.ts': "import './style.css'\nexport const x = panel\n", 'style.css': texts['style.css'] }), [
      'a.ts import style.css 1.00',
      'a.ts reference style.css 0.90',
    ])
  })

  it('prefers what is imported, most of all by name, also through packages that manifests name', () => {
    assert.deepEqual(
      edgesOf({
        'app/main.ts': "import { start } from '@me/lib'\nexport function main() {\n  start()\n  stop()\n}\n",
        'lib/package.json': '{ "name": "@me/lib" }',
        'lib/src/index.ts': 'export function start() {}\nexport function stop() {}\n',
        'other.ts': 'export function start() {}\nexport function stop() {}\n',
      }),
      [
        'app/main.ts call lib/src/index.ts 0.90',
        'app/main.ts call lib/src/index.ts 0.95',
        'app/main.ts import lib/src/index.ts 0.90',
        'app/main.ts reference lib/src/index.ts 0.95',
      ],
    )
  })

  it('leads from a namespace of C# to the files that declare it', () => {
    const edges = edgesOf({
      'A.cs': 'using Acme.Net;\nclass A { void Run() { new Socket(); } }\n',
      'net/Socket.cs': 'namespace Acme.Net\n{\n  class Socket { }\n}\n',
    })
    assert.ok(edges.includes('A.cs import net/Socket.cs 0.90'), edges.join('\n'))
  })
})
