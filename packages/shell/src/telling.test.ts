import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createShellAnalyser } from './analyser.ts'
import { factsOf } from './testing/facts.ts'

const analyse = await createShellAnalyser()

for (const [command, facts] of [
  ['python -c "import sys; print(sys.version)"', ['project']],
  ['python3 -c "import numpy as np; print(np.__version__, np.__file__)"', ['project']],
  ["python -c \"import json; print(json.load(open('package.json'))['version'])\"", ['project', 'reads package.json']],
  ["cd sub && python -c \"import json; d = json.load(open('a.json')); print('v', sorted(d.keys()))\"", ['project', 'reads sub sub/a.json']],
  ['python -c "import mypkg; from mypkg.a import B as C; print(\'ok\')"', ['project']],
  ['python -c "import ast, sys; ast.parse(open(\'a.py\').read()); print(\'\\n\'.join(sys.path))"', ['project', 'reads a.py']],
  ['node -p "require(\'./package.json\').version"', ['project', 'reads package.json']],
  ['node -e "const p = require(\'./package.json\'); console.log(p.name, Object.keys(p.scripts).join(\', \'))"', ['project', 'reads package.json']],
  ["node -p \"JSON.parse(require('fs').readFileSync('.env', 'utf8')).a\"", ['project', 'reads .env']],
] as const) {
  test(`code that only tells is seen through: ${command}`, () => { assert.deepEqual(factsOf(analyse(command)), facts) })
}

for (const command of [
  "python -c 'print(1)'", 'python -c "import os; print(os.environ)"', 'python -c "import os; os.system(\'id\')"', 'python -c "import sys; print(sys.modules)"', 'python -c "import subprocess as print; print(1)"',
  'python -c "import sys; print(sys.version); eval(\'1\')"', 'python -c "import json; json = 1; print(json.load(open(\'a\')))"', 'python -c "import sys; print(f\'{sys.version}\')"', 'python -c "$x"',
  'python -c "import antigravity"', 'python -c "from pip import __main__"', 'python -c "import pip.__main__"', 'python -c "from x import ast; ast.parse(open(\'a\').read())"', 'python -c "from os import environ; print(environ)"', 'python -c "from x import print; print(1)"', 'python -c "import x; print(x.version())"', 'python -c "import json; print(json.load(open(\'a\', \'w\')))"', 'node -e 1', 'node -p process.env', 'node -e "require(\'./a\')"', 'node -p "require(\'child_process\').exec(\'id\')"',
  'node -e "const require = 1; console.log(process.version)"', 'node -p "process.mainModule.require(\'fs\').version"', 'node -p "require(\'./package.json\').constructor(\'x\')()"', 'node -p "process.version" -r ./x.js', "node -e 'console.log(`${process.version}`)'",
]) {
  test(`code that may do more stays code: ${command}`, () => { assert.ok(factsOf(analyse(command)).includes('text')) })
}
