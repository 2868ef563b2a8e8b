import assert from 'node:assert/strict'
import { estimateTokens } from '@codeforge/domain/tokens'
import { describe, it } from 'node:test'
import { buildGraph } from '../graph/code-graph.ts'
import { buildModel } from '../search/code-model.ts'
import { smallTree } from '../testing/small-repository.ts'
import { definingFacts, treeOf } from '../testing/tree-of.ts'
import { buildRepoMap } from './repo-map.ts'

const mapOf = (tokens: number, focus = {}, tree = smallTree()) => {
  const model = buildModel(tree)
  return buildRepoMap(
    model,
    buildGraph(model.symbols, model.files, () => undefined),
    focus,
    tokens,
  )
}

describe('a map of a repository', () => {
  it('shows what is used before what uses it', () => {
    const { text } = mapOf(1000)
    assert.ok(text.indexOf('src/parse-query.ts') < text.indexOf('src/server.ts'))
    assert.match(text, /src\/cache\.ts\n 1 class ResponseCache\n 2 method evict\n/)
  })

  it('shows code before classes of style and keys of settings, however many of them there are and whoever bears their names', () => {
    const tree = treeOf({
      'app.ts': { text: "import './style.css'\nexport function panel() {}\nexport function title() { panel() }\n" },
      'other.ts': { text: "import './style.css'\n" },
      'third.ts': { text: "import './style.css'\n" },
      'style.css': {
        text: '.title {}\n'.repeat(60),
        facts: definingFacts(
          'class',
          Array.from({ length: 60 }, (_, at) => `panel${at % 2}`),
        ),
      },
      'settings.yml': { text: 'title: panel\n', facts: definingFacts('constant', ['title', 'panel']) },
    })
    assert.deepEqual(
      mapOf(14, {}, tree).files.map(({ path }) => path),
      ['app.ts'],
    )
  })

  it('never takes more tokens than it may, whatever they are', () => {
    for (let tokens = 0; tokens < 120; tokens += 7) assert.ok(mapOf(tokens).tokens <= tokens)
  })

  it('leaves less than a twentieth of a budget while there is something to show', () => {
    const names = Array.from({ length: 600 }, (_, at) => `${'someLongerNameOfAFunction'.repeat(1 + (at % 4))}${at}`)
    const tree = treeOf({
      'src/deeply/nested/folders/of/a/module.ts': { text: '', facts: definingFacts('function', names.slice(0, 300)) },
      'src/deeply/nested/folders/of/another.ts': { text: '', facts: definingFacts('method', names.slice(300)) },
    })
    for (let tokens = 100; tokens < 1500; tokens += 7) {
      const map = mapOf(tokens, {}, tree)
      assert.ok(map.tokens <= tokens && map.tokens >= 0.95 * tokens, `${map.tokens} of ${tokens}`)
      assert.equal(map.tokens, estimateTokens(map.text))
    }
  })

  it('shows many files rather than all of the first one', () => {
    const names = Array.from({ length: 200 }, (_, at) => `Method${at}`)
    const tree = treeOf({
      'a.go': { text: '', facts: definingFacts('method', names) },
      'b.go': { text: '', facts: definingFacts('method', ['Other']) },
      'use.go': { text: `func Use() {\n${names.map((name) => `  ${name}()\n`).join('')}  Other()\n}\n` },
    })
    assert.deepEqual(
      mapOf(150, {}, tree)
        .files.map(({ path }) => path)
        .sort(),
      ['a.go', 'b.go', 'use.go'],
    )
  })

  it('shows what stands in a function after what others can use', () => {
    const tree = treeOf({
      'deep.py': { text: 'def outer():\n    def inner():\n        pass\n    inner()\n    inner()\n\n\ndef second():\n    pass\n' },
    })
    assert.equal(mapOf(14, {}, tree).text, 'deep.py\n 1 def outer()\n 8 def second()\n')
  })

  it('leans to its focus', () => {
    const cache = buildModel(smallTree()).fileOf('src/cache.ts')
    assert.equal(mapOf(1000, { files: new Map([[cache, 1]]) }).files[0]?.path, 'src/cache.ts')
  })

  it('is the same, byte by byte, each time it is built', () => {
    assert.deepEqual(mapOf(80), mapOf(80))
  })
})
