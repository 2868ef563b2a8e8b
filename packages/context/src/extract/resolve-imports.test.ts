import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { languageOfPath } from './languages.ts'
import { lexicalScan } from './lexical-scan.ts'
import { createImportResolver } from './resolve-imports.ts'

/** Where each import of a file leads, in a tree of these texts. */
function leadsTo(tree: Readonly<Record<string, string>>, from: string): Record<string, readonly string[]> {
  const files = Object.keys(tree)
    .sort()
    .map((path) => ({ path, language: languageOfPath(path) }))
  const resolve = createImportResolver({ files, read: (path) => tree[path] })
  const { imports } = lexicalScan(tree[from] ?? '', languageOfPath(from))
  return Object.fromEntries(imports.map((one) => [one.specifier, resolve({ path: from, language: languageOfPath(from) }, one)]))
}

describe('an import leads to', () => {
  it('a module beside it, a folder, a package of the tree, or an alias, in TypeScript', () => {
    const tree = {
      'app/src/main.ts':
        "import a from './a.js'\nimport { b } from '../lib'\nimport c from '@me/shared'\nimport d from '~/deep/d'\nimport e from 'elsewhere'\nexport * from '../../../../etc/passwd'\nconst f = require('./f')",
      'app/src/a.ts': '',
      'app/src/f.json': '{}',
      'app/lib/index.tsx': '',
      'app/tsconfig.json': '{ // with a comment\n "compilerOptions": { "paths": { "~/*": ["./src/*"], } } }',
      'app/src/deep/d.ts': '',
      'shared/package.json': '{"name": "@me/shared"}',
      'shared/src/index.ts': '',
    }
    assert.deepEqual(leadsTo(tree, 'app/src/main.ts'), {
      './a.js': ['app/src/a.ts'],
      '../lib': ['app/lib/index.tsx'],
      '@me/shared': ['shared/src/index.ts'],
      '~/deep/d': ['app/src/deep/d.ts'],
      elsewhere: [],
      '../../../../etc/passwd': [],
      './f': ['app/src/f.json'],
    })
  })

  it('no module of a package that is called as one of the language, in Python', () => {
    const tree = { 'src/p/__init__.py': '', 'src/p/a.py': 'import logging\nimport p.logging', 'src/p/logging.py': '' }
    assert.deepEqual(leadsTo(tree, 'src/p/a.py'), { logging: [], 'p.logging': ['src/p/logging.py'] })
  })

  it('no stand-in for a header of the system, unless the tree is what provides it', () => {
    const tree = {
      'src/a.c': '#include <stdint.h>\n#include <stdio.h>\n#include <mine.h>',
      'compat/stdint.h': '',
      'include/stdio.h': '',
      'x/mine.h': '',
    }
    assert.deepEqual(leadsTo(tree, 'src/a.c'), { '<stdint.h>': [], '<stdio.h>': ['include/stdio.h'], '<mine.h>': ['x/mine.h'] })
  })

  it('a package of the tree in Dart', () => {
    const tree = {
      'app/pubspec.yaml': 'name: app\n',
      'app/lib/main.dart': "import 'package:app/src/a.dart';\nimport 'package:other/b.dart';",
      'app/lib/src/a.dart': '',
    }
    assert.deepEqual(leadsTo(tree, 'app/lib/main.dart'), { 'package:app/src/a.dart': ['app/lib/src/a.dart'], 'package:other/b.dart': [] })
  })

  it('modules and packages, also relative ones, in Python', () => {
    const tree = {
      'src/p/a.py': 'import p.b\nfrom . import c, d\nfrom ..q import run\nfrom p.e import *\nimport os',
      'src/p/b.py': '',
      'src/p/c.py': '',
      'src/p/d/__init__.py': '',
      'src/q.py': '',
      'src/p/e/__init__.py': '',
      'src/p/__init__.py': '',
    }
    assert.deepEqual(leadsTo(tree, 'src/p/a.py'), {
      'p.b': ['src/p/b.py'],
      '.': ['src/p/c.py', 'src/p/d/__init__.py', 'src/p/__init__.py'],
      '..q': ['src/q.py'],
      'p.e': ['src/p/e/__init__.py'],
      os: [],
    })
  })

  it('the files of a package in Go, and of a class in Java, PHP and Ruby', () => {
    assert.deepEqual(
      leadsTo(
        {
          'go.mod': 'module example.com/m\n',
          'main.go': 'package main\nimport (\n  "fmt"\n  x "example.com/m/pkg/x"\n)\n',
          'pkg/x/a.go': '',
          'pkg/x/a_test.go': '',
          'pkg/x/b.go': '',
        },
        'main.go',
      ),
      { fmt: [], 'example.com/m/pkg/x': ['pkg/x/a.go', 'pkg/x/b.go'] },
    )
    assert.deepEqual(
      leadsTo(
        {
          'm/src/main/java/a/b/C.java': 'package a.b;\nimport a.d.E;\nimport static a.d.E.run;\nimport java.util.List;',
          'm/src/main/java/a/d/E.java': '',
          'm/src/main/java/a/b/F.java': '',
        },
        'm/src/main/java/a/b/C.java',
      ),
      {
        'a.b': ['m/src/main/java/a/b/F.java'],
        'a.d.E': ['m/src/main/java/a/d/E.java'],
        'a.d.E.run': ['m/src/main/java/a/d/E.java'],
        'java.util.List': [],
      },
    )
    assert.deepEqual(
      leadsTo(
        {
          'composer.json': '{"autoload": {"psr-4": {"App\\\\": "app/"}}}',
          'app/A.php': '<?php\nnamespace App;\nuse App\\Models\\{User, Post as P};\nuse Other\\Thing;',
          'app/Models/User.php': '',
          'app/Models/Post.php': '',
        },
        'app/A.php',
      ),
      { App: [], 'App\\Models\\User': ['app/Models/User.php'], 'App\\Models\\Post': ['app/Models/Post.php'], 'Other\\Thing': [] },
    )
    assert.deepEqual(
      leadsTo({ 'lib/a.rb': "require 'b/c'\nrequire_relative 'd'\nrequire 'json'", 'lib/b/c.rb': '', 'lib/d.rb': '' }, 'lib/a.rb'),
      { 'b/c': ['lib/b/c.rb'], './d': ['lib/d.rb'], json: [] },
    )
  })

  it('a file beside it in Zig, Solidity and R, and the files of a module in Terraform', () => {
    const tree = {
      'src/main.zig': 'const std = @import("std");\nconst util = @import("util.zig");\n',
      'src/util.zig': '',
      'contracts/Vault.sol': 'import "./Token.sol";\nimport {Math} from "../lib/Math.sol";\nimport "@elsewhere/Base.sol";\n',
      'contracts/Token.sol': '',
      'lib/Math.sol': '',
      'R/run.R': 'library(stats)\nsource("helpers.R")\nsource("R/plots.R")\n',
      'R/helpers.R': '',
      'R/plots.R': '',
      'infra/main.tf': '',
      'infra/modules/network/main.tf': '',
      'infra/modules/network/outputs.tf': '',
    }
    assert.deepEqual(leadsTo(tree, 'src/main.zig'), { std: [], 'util.zig': ['src/util.zig'] })
    assert.deepEqual(leadsTo(tree, 'contracts/Vault.sol'), {
      './Token.sol': ['contracts/Token.sol'],
      '../lib/Math.sol': ['lib/Math.sol'],
      '@elsewhere/Base.sol': [],
    })
    assert.deepEqual(leadsTo(tree, 'R/run.R'), { stats: [], 'helpers.R': ['R/helpers.R'], 'R/plots.R': ['R/plots.R'] })
    const resolve = createImportResolver({
      files: Object.keys(tree)
        .sort()
        .map((path) => ({ path, language: languageOfPath(path) })),
      read: () => undefined,
    })
    const module = (specifier: string) => resolve({ path: 'infra/main.tf', language: 'hcl' }, { specifier, names: [], line: 1 })
    assert.deepEqual(
      [module('./modules/network'), module('hashicorp/consul/aws')],
      [['infra/modules/network/main.tf', 'infra/modules/network/outputs.tf'], []],
    )
  })

  it('the file of a module in Rust, and a header in C', () => {
    const tree = {
      'Cargo.toml': '[package]\nname = "one-crate"\n',
      'src/lib.rs': 'mod net;\nuse crate::net::tcp::{Stream, self};\nuse super::x;\nuse std::io;',
      'src/net/mod.rs': '',
      'src/net/tcp.rs': '',
    }
    const found = leadsTo(tree, 'src/lib.rs')
    assert.deepEqual([found['self::net'], found['crate::net::tcp']], [['src/net/mod.rs'], ['src/net/tcp.rs']])
    assert.deepEqual(
      leadsTo({ 'src/a.c': '#include "b.h"\n#include <pkg/c.h>\n#include <stdio.h>\n', 'src/b.h': '', 'include/pkg/c.h': '' }, 'src/a.c'),
      { 'b.h': ['src/b.h'], '<pkg/c.h>': ['include/pkg/c.h'], '<stdio.h>': [] },
    )
  })
})
