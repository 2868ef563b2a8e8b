import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ImportResolver } from './resolve-import.ts'

const paths = [
  'src/app/server.ts',
  'src/app/index.ts',
  'src/lib/cache.ts',
  'pkg/core/__init__.py',
  'pkg/core/models.py',
  'pkg/api/models.py',
  'src/main/java/org/acme/Parser.java',
  'crates/search/src/matcher.rs',
  'internal/store/store.go',
  'internal/store/query.go',
  'include/net/socket.h',
  'lib/rack/utils.rb',
]
const resolver = new ImportResolver(paths.map((path, file) => [path, file]))
const resolved = (from: string, specifier: string) => resolver.resolve(from, specifier).map(({ file }) => paths[file])

describe('an import leads to the file it means', () => {
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['by a relative path', 'src/app/server.ts', '../lib/cache.ts', ['src/lib/cache.ts']],
    ['by a relative path without ending', 'src/app/server.ts', '../lib/cache', ['src/lib/cache.ts']],
    ['by its folder', 'src/lib/cache.ts', '../app', ['src/app/index.ts']],
    ['by a dotted path', 'main.py', 'pkg.core.models', ['pkg/core/models.py']],
    ['by a relative dotted path', 'pkg/core/__init__.py', '.models', ['pkg/core/models.py']],
    ['by a dotted path upwards', 'pkg/core/models.py', '..api.models', ['pkg/api/models.py']],
    ['by its package', 'Main.java', 'org.acme.Parser', ['src/main/java/org/acme/Parser.java']],
    ['by its crate path with an item', 'crates/search/src/lib.rs', 'crate::matcher::Matcher', ['crates/search/src/matcher.rs']],
    [
      'by its folder in a module',
      'cmd/main.go',
      'example.com/project/internal/store',
      ['internal/store/store.go', 'internal/store/query.go'],
    ],
    ['by the end of its path', 'src/net.c', '"net/socket.h"', ['include/net/socket.h']],
    ['by a path below lib', 'lib/rack.rb', 'rack/utils', ['lib/rack/utils.rb']],
  ]
  for (const [name, from, specifier, expected] of cases) it(name, () => assert.deepEqual(resolved(from, specifier), expected))

  it('and to none where it is of another project', () => {
    assert.deepEqual(resolved('src/app/server.ts', 'node:fs'), [])
    assert.deepEqual(resolved('main.py', 'requests'), [])
  })
})
