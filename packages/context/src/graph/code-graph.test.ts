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

  it('follows a name through files that hand it on to the one that defines it', () => {
    const edges = edgesOf({
      'main.ts': "import { start } from './lib'\nexport function main() {\n  start()\n}\n",
      'lib/index.ts': "export * from './deeper'\n",
      'lib/deeper/index.ts': "export { start } from './engine'\n",
      'lib/deeper/engine.ts': 'export function start() {}\n',
      'elsewhere.ts': 'export function start() {}\n',
      'app/__init__.py': 'from .models import User\n',
      'app/models.py': 'class User:\n    pass\n',
      'other/models.py': 'class User:\n    pass\n',
      'run.py': 'from app import User\nclass Admin(User):\n    pass\n',
    })
    assert.deepEqual(
      edges.filter((edge) => /^main.ts (?:call|import)|^run.py inherit/.test(edge)),
      ['main.ts call lib/deeper/engine.ts 0.95', 'main.ts import lib/index.ts 1.00', 'run.py inherit app/models.py 0.95'],
    )
  })

  it('takes names of the own package first, where files of one folder are one', () => {
    const edges = edgesOf({
      'a/main.go': 'package a\n\nfunc main() {\n\topenStore()\n}\n',
      'a/store.go': 'package a\n\nfunc openStore() {}\n',
      'b/store.go': 'package b\n\nfunc openStore() {}\n',
    })
    assert.deepEqual(
      edges.filter((edge) => edge.includes('call')),
      ['a/main.go call a/store.go 0.90'],
    )
  })

  it('finds what a package of Kotlin defines in files of other names', () => {
    const edges = edgesOf({
      'src/com/acme/Main.kt': 'package com.acme\n\nimport com.acme.model.User\nimport java.util.List\n\nfun main() { User() }\n',
      'src/com/acme/model/People.kt': 'package com.acme.model\n\nclass User\n',
      'src/other/util/Lists.kt': 'package other.util\n\nclass List\n',
    })
    assert.deepEqual(
      edges.filter((edge) => edge.includes('import')),
      ['src/com/acme/Main.kt import src/com/acme/model/People.kt 0.90'],
    )
  })

  it('says of the type itself what it inherits from, also where its members share the line', () => {
    const texts = {
      'A.java': 'class Base {}\nclass Child extends Base { int size() { return 1; } }\n',
      'a.rs': 'trait Run { fn go(&self); }\nstruct Engine;\nimpl Run for Engine {\n    fn go(&self) {}\n}\n',
    }
    const { symbols, files } = buildModel(treeOf(Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, { text }]))))
    const graph = buildGraph(symbols, files, () => undefined)
    const nameOf = (node: number) => symbols.names.textOf(symbols.definition(node - graph.files).name)
    const inherited = Array.from(graph.from, (from, edge) => [edgeKinds[graph.kinds[edge] ?? 0], from, graph.to[edge] ?? 0] as const)
      .filter(([kind, from]) => kind === 'inherit' && from >= graph.files)
      .map(([, from, to]) => `${nameOf(from)} from ${nameOf(to)}`)
    assert.ok(inherited.includes('Child from Base'), inherited.join(', '))
    assert.ok(!inherited.some((one) => /^(?:size|go) /.test(one)), inherited.join(', '))
  })
})
