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

  it('follows names that go by another one where they are imported, in each language that has such', () => {
    const called = (texts: Readonly<Record<string, string>>): readonly string[] =>
      edgesOf(texts).filter((edge) => edge.startsWith('use.') && / (?:call|inherit) /.test(edge))
    const cases: readonly (readonly [definer: string, definition: string, user: string, use: string])[] = [
      ['lib.ts', 'export function open() {}\n', 'use.ts', "import { open as start } from './lib'\nexport const x = () => start()\n"],
      ['lib.ts', 'export default function open() {}\n', 'use.ts', "import start from './lib'\nexport const x = () => start()\n"],
      ['lib.ts', 'function open() {}\nexport default open\n', 'use.ts', "import start from './lib'\nexport const x = () => start()\n"],
      [
        'lib.ts',
        'function open() {}\nexport { open as start }\n',
        'use.ts',
        "import { start as go } from './lib'\nexport const x = () => go()\n",
      ],
      ['lib.py', 'def open_all():\n    pass\n', 'use.py', 'from lib import open_all as start\n\ndef go():\n    start()\n'],
      ['src/lib.rs', 'pub fn open() {}\n', 'use.rs', 'use crate::open as start;\nfn go() { start() }\n'],
      ['src/App/Lib.php', '<?php\nclass Lib {}\n', 'use.php', '<?php\nuse App\\Lib as Tool;\nfunction go() { new Tool(); }\n'],
      ['a/Lib.kt', 'package a\nclass Lib\n', 'use.kt', 'import a.Lib as Tool\nfun go() { Tool() }\n'],
      ['a/Lib.scala', 'package a\nclass Lib()\n', 'use.scala', 'import a.{Lib => Tool}\ndef go() = { Tool() }\n'],
      [
        'Lib.cs',
        'namespace Acme.Net {\n  public class Lib { }\n}\n',
        'use.cs',
        'using Tool = Acme.Net.Lib;\nclass Go { void Run() { new Tool(); } }\n',
      ],
      [
        'lib.ex',
        'defmodule Acme.Lib do\n  def open, do: 1\nend\n',
        'use.ex',
        'defmodule Go do\n  alias Acme.Lib, as: Tool\n  def run, do: Tool.open()\nend\n',
      ],
      ['lib.zig', 'pub fn open() void {}\n', 'use.zig', 'const start = @import("lib.zig").open;\npub fn go() void { start(); }\n'],
    ]
    for (const [definer, definition, user, use] of cases) {
      const decoy = `decoy.${user.split('.')[1]}`
      const texts = {
        [definer]: definition,
        [user]: use,
        [decoy]: definition.replace('Acme', 'Other'),
        'Cargo.toml': '[package]\nname = "it"\n',
      }
      assert.deepEqual([...new Set(called(texts).map((edge) => edge.split(' ')[2]))], [definer], `${user}: ${use}`)
    }
  })

  it('follows a name through files that hand it on under others', () => {
    const edges = edgesOf({
      'use.ts': "import { go } from './barrel'\nexport const x = () => go()\n",
      'barrel.ts': "export { start as go } from './second'\n",
      'second.ts': "export { default as start } from './lib'\n",
      'lib.ts': 'export default class Engine {}\n',
      'other.ts': 'export default class Engine {}\n',
    })
    assert.deepEqual(
      edges.filter((edge) => /^use.ts call/.test(edge)),
      ['use.ts call lib.ts 0.95'],
    )
  })

  it('takes what comes from outside of the tree for nothing of the tree, whatever it is called', () => {
    const edges = edgesOf({
      'a.ts': "import { Component } from 'react'\nexport class A extends Component {}\n",
      'b.ts': "import { Component } from './missing'\nexport class B extends Component {}\n",
      'component.ts': 'export class Component {}\n',
      'a.py': 'from typing import Protocol\nclass A(Protocol):\n    pass\n',
      'own.py': 'class Protocol:\n    pass\n',
      'a.rs': 'use std::fmt::Debug;\nstruct A;\nimpl Debug for A {}\n',
      'own.rs': 'pub struct Debug;\n',
    })
    assert.deepEqual(
      edges.filter((edge) => edge.includes('inherit')),
      ['b.ts inherit component.ts 0.70'],
    )
  })

  it('leads to nothing that its language keeps to its file, module, folder or importers', () => {
    const edges = (texts: Readonly<Record<string, string>>): readonly string[] => edgesOf(texts).filter((edge) => edge.includes(' call '))
    assert.deepEqual(edges({ 'a.ts': 'export const x = () => help()\n', 'b.ts': 'function help() {}\nexport function other() {}\n' }), [])
    assert.deepEqual(edges({ 'a.js': 'const x = () => help()\n', 'b.js': 'function help() {}\n' }), ['a.js call b.js 0.70'])
    assert.deepEqual(
      edges({ 'a.py': 'def x():\n    _help()\n    inner()\n', 'b.py': 'def _help():\n    def inner():\n        pass\n' }),
      [],
    )
    assert.deepEqual(edges({ 'a.py': 'import b\ndef x():\n    b._help()\n', 'b.py': 'def _help():\n    pass\n' }), ['a.py call b.py 0.90'])
    assert.deepEqual(edges({ 'a/a.go': 'package a\nfunc X() { help() }\n', 'b/b.go': 'package b\nfunc help() {}\n' }), [])
    assert.deepEqual(edges({ 'a.c': 'int x(void) { return help(); }\n', 'b.c': 'static int help(void) { return 1; }\n' }), [])
    assert.deepEqual(edges({ 'a.c': 'int x(void) { return help(); }\n', 'b.h': 'static inline int help(void) { return 1; }\n' }), [
      'a.c call b.h 0.70',
    ])
    assert.deepEqual(edges({ 'A.java': 'class A { void x() { help(); } }\n', 'B.java': 'class B { private void help() { } }\n' }), [])
    assert.deepEqual(edges({ 'a.kt': 'fun x() { Box() }\n', 'b.kt': 'class Box private constructor(private val a: Int)\n' }), [
      'a.kt call b.kt 0.70',
    ])
    assert.deepEqual(edges({ 'A.cs': 'class A { void X() { Help(); } }\n', 'n/B.cs': 'class B { private void Help() { } }\n' }), [])
  })

  it('sees of Rust what its modules see', () => {
    const texts = {
      'x/src/lib.rs': 'mod a;\npub(crate) fn inside() {}\nfn top() { below() }\n',
      'x/src/a.rs': 'mod b;\nfn below() {}\npub(super) fn beside() {}\nfn go() { inside(); top(); deep() }\n',
      'x/src/a/b.rs': 'fn deep() {}\nfn run() { below(); beside() }\n',
      'x/tests/t.rs': 'fn test() { inside(); beside() }\n',
    }
    assert.deepEqual(
      edgesOf(texts).filter((edge) => edge.includes(' call ')),
      [
        'x/src/a.rs call x/src/lib.rs 0.70', // inside and top
        'x/src/a/b.rs call x/src/a.rs 0.70', // below and beside
      ],
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
