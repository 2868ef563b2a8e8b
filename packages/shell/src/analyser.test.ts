import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ShellAnalysis } from '@codeforge/contracts/shell-analysis'
import fc from 'fast-check'
import { createShellAnalyser } from './analyser.ts'

const analyse = await createShellAnalyser()

/** What a test looks at: programs with known words, files by access, and whether the text says everything. */
function said(command: string) {
  const { commands, redirects, unknown } = analyse(command)
  const paths = [...commands.flatMap((simple) => simple.paths), ...redirects]
  const of = (access: 'read' | 'write') => [...new Set(paths.filter((path) => path.access === access).map(({ path }) => path ?? '?'))]
  return {
    runs: commands.map(({ program, args }) => [program ?? '?', ...args.map(({ value }) => value ?? '?')].join(' ')), reads: of('read'), writes: of('write'), understood: unknown.length === 0,
  }
}
type Said = ReturnType<typeof said>
const understood = (runs: string[], files: Partial<Pick<Said, 'reads' | 'writes'>> = {}): Said => ({ runs, reads: [], writes: [], ...files, understood: true })

const shapes: Readonly<Record<string, readonly (readonly [string, Said])[]>> = {
  'chains and pipes': [
    ['git add -A && git commit -m "x"', understood(['git add -A', 'git commit -m x'])],
    ['npm run build || echo failed; npm test', understood(['npm run build', 'echo failed', 'npm test'], { reads: ['build'] })],
    ['head -20 a | sort | uniq -c', understood(['head -20 a', 'sort', 'uniq -c'], { reads: ['a'] })],
    ['cat a | sort | head\ncat b && cat c', understood(['cat a', 'sort', 'head', 'cat b', 'cat c'], { reads: ['a', 'b', 'c'] })],
    ['! grep -q foo a &', understood(['grep -q foo a'], { reads: ['a'] })],
  ],
  wrappers: [
    ['timeout -k 5 60 nice -n 5 env A=1 cat a', understood(['cat a'], { reads: ['a'] })],
    ['bash -euo pipefail -c "cat a"', understood(['cat a'], { reads: ['a'] })],
    ['bash -c "cat a"', understood(['cat a'], { reads: ['a'] })],
    ['nohup sh -c \'bash -c "rm b"\'', understood(['rm b'], { writes: ['b'] })],
    ['command -v node', understood(['type node'])],
    ['find src -name \'*.ts\' -exec wc -l {} +', understood(['find src -name *.ts -exec wc -l {} +', 'wc -l src/**/*.ts src/**/.*.ts'], { reads: ['src', 'src/**/*.ts', 'src/**/.*.ts'] })],
    ['find . -name \'*.ts\' -print0 | xargs -0 rm', understood(['find . -name *.ts -print0', 'rm ./**/*.ts ./**/.*.ts'], { reads: ['.'], writes: ['**/*.ts', '**/.*.ts'] })],
  ],
  'redirections and here-documents': [
    ['ls > out 2>&1', understood(['ls'], { writes: ['out'] })],
    ['sort < in >> out', understood(['sort'], { reads: ['in'], writes: ['out'] })],
    ['ls &> both', understood(['ls'], { writes: ['both'] })],
    ['> made', understood([], { writes: ['made'] })],
    ['cat > a.md <<\'EOF\'\n$(rm -rf /) `x`\nEOF', understood(['cat'], { writes: ['a.md'] })],
    ['cat > a.md <<EOF\nhello ${name} \\$(x)\nEOF', understood(['cat'], { writes: ['a.md'] })],
    ['cat <<< "text"', understood(['cat'])],
    ['diff <(ls a) <(ls b)', understood(['ls a', 'ls b', 'diff /dev/fd/63 /dev/fd/63'], { reads: ['a', 'b', '/dev/fd/63'] })],
  ],
  'folders': [
    ['cd packages/a && cat b', understood(['cd packages/a', 'cat b'], { reads: ['packages/a', 'packages/a/b'] })],
    ['cd a; cat b', understood(['cd a', 'cat b'], { reads: ['a', 'b', 'a/b'] })],
    ['(cd a && rm b); rm c', understood(['cd a', 'rm b', 'rm c'], { reads: ['a'], writes: ['a/b', 'c'] })],
    ['cd a/.. && cat ../x', understood(['cd a/..', 'cat ../x'], { reads: ['.', '../x'] })],
    ['git -C sub log', understood(['git log'], { reads: ['sub'] })],
  ],
  'quoting and variables': [
    ['"r"m \'a b\' c\\ d', understood(['rm a b c d'], { writes: ['a b', 'c d'] })],
    ['cat {.env,src/{a,b}{1..2}}', understood(['cat .env src/a1 src/a2 src/b1 src/b2'], { reads: ['.env', 'src/a1', 'src/a2', 'src/b1', 'src/b2'] })],
    ['cat $\'\\x2eenv\'', understood(['cat .env'], { reads: ['.env'] })],
    ['f=src/a.ts; cat "$f"', understood(['cat src/a.ts'], { reads: ['src/a.ts'] })],
    ['for f in a b; do cat "$f"; done', understood(['cat a', 'cat b'], { reads: ['a', 'b'] })],
    ['for f in src/*.ts; do wc -l "$f"; done', understood(['wc -l src/*.ts'], { reads: ['src/*.ts'] })],
    ['echo "$HOME" $? ${#x}', understood(['echo ? 0 0'])],
  ],
  'texts that are read as commands': [
    ['trap "rm /tmp/x" EXIT', understood(['trap rm /tmp/x EXIT', 'rm /tmp/x'], { writes: ['/tmp/x'] })],
    ['env -S "rm x"', understood(['rm x'], { writes: ['x'] })],
    ['bash <<\'EOF\'\nrm x\nEOF', understood(['rm x'], { writes: ['x'] })],
    ['cat <<EOF\non $(rm x)\nEOF', understood(['cat', 'rm x'], { writes: ['x'] })],
    ['echo ${x:-$(rm x)}', understood(['rm x', 'echo ?'], { writes: ['x'] })],
  ],
  'names from lists': [
    ['for f in $(git ls-files \'*.ts\'); do wc -l "$f"; done', understood(['git ls-files *.ts', 'wc -l **/*.ts', 'wc -l **/.*.ts'], { reads: ['*.ts', '.*.ts', '**/*.ts', '**/.*.ts'] })],
    ['wc -l $(git ls-files src/a.ts)', understood(['git ls-files src/a.ts', 'wc -l src/a.ts'], { reads: ['src/a.ts'] })],
    ['cat "$(git ls-files)"', understood(['git ls-files', 'cat ?'], { reads: ['?'] })],
    ['for f in src/*.js; do mv "$f" "${f%.js}.ts"; done', understood(['mv src/*.js src/*.ts'], { writes: ['src/*.js', 'src/*.ts'] })],
  ],
  'branches and loops': [
    ['if [ -f a ]; then cat a; else touch a; fi', understood(['[ -f a', 'cat a', 'touch a'], { reads: ['a'], writes: ['a'] })],
    ['while read -r line; do echo "$line"; done < list', understood(['read -r line', 'echo ?'], { reads: ['list'] })],
    ['until ls a; do sleep 1; done', understood(['ls a', 'sleep 1'], { reads: ['a'] })],
    ['for ((i=0; i<3; i++)); do echo "$i"; done', understood(['echo 0'])],
    ['select x in a b; do echo "$x"; done', understood(['echo ?'])],
    ['build() { cd out && rm x; }; build', understood(['cd out', 'rm x'], { reads: ['out'], writes: ['out/x'] })],
    ['declare -a list=(a b); unset list', understood([])],
    ['pushd a; popd; cat b', understood(['pushd a', 'popd', 'cat b'], { reads: ['a', 'b', 'a/b'] })],
    ['case x in a) cat a;; *) rm b;; esac', understood(['cat a', 'rm b'], { reads: ['a'], writes: ['b'] })],
  ],
}

for (const [kind, rows] of Object.entries(shapes)) {
  for (const [command, expected] of rows) {
    test(`${kind}: ${JSON.stringify(command)}`, () => { assert.deepEqual(said(command), expected) })
  }
}

// Each of these could do something that its text does not say, or hides it where nobody with an honest need would.
const notUnderstood = [
  'cmd=rm; $cmd -rf x', '"$SHELL" -c ls', '$(echo rm) x', '`echo rm` x', 'eval "rm -rf x"', 'alias l="ls -l"\nl a', 'eval "$x"', 'bash -c "$(cat x)"', 'bash -c "$x"', 'cat x | sh', 'sh < x', 'cat <<EOF | bash\nls\nEOF',
  'function cd { rm x; }', 'f() { f; }', 'cat <<EOF\n$(rm "$x")\nEOF', 'cat <<EOF\n`rm x`\nEOF', 'echo ${x@P}', 'echo ${!x}', '((a[$(rm x)]))', '[[ a -eq b ]]',
  'PATH=. ls', 'LD_PRELOAD=./x ls', 'env GIT_PAGER=x git log', 'BASH_ENV=x bash y', 'IFS=/', 'export EDITOR=x', 'git -c core.pager=x log', 'git --exec-path=x log', 'git --git-dir=x log', 'git grep -O x', 'git diff --ext-diff',
  'sed \'1e rm x\' f', 'sed s/a/b/w f', 'sed -f script f', 'sed -l 5 \'1e rm x\' f', 'awk \'BEGIN{system("rm")}\'', 'awk -F -v \'BEGIN{system("x")}\' print', 'awk -f x', 'tar xf a --to-command=x',
  'rg --pre x y', 'sort --compress-program=x a', 'wc --files0-from=x', 'date -f .env', 'man x', 'vim x', 'ssh h', 'docker run x', 'find . -name \'*.ts\' | xargs sh -c', 'xargs -I% sh -c "cat %"', 'xargs -I% % x', 'time { rm x; }', 'set -k; ls', 'xargs -a list echo', 'bash -s', 'bash -o', 'bash +o x', 'set -o keyword', 'set -- a b', 'bash -kc ls', 'bash -o keyword -c ls', 'bash -ic ls', 'coproc x { rm y; }',
  'ls "', 'ls $(', 'if true', 'echo \u200b', 'echo \u0000', `echo ${'x'.repeat(70_000)}`, `${'('.repeat(200)}ls${')'.repeat(200)}`,
]
for (const command of notUnderstood) {
  test(`not understood: ${JSON.stringify(command.slice(0, 60))}`, () => { assert.equal(said(command).understood, false) })
}

test('a text means the same with and without the line end after it, but for a backslash at its end', () => {
  for (const command of ['ls', 'a | b | c', 'cat <<EOF\nx\nEOF', 'x=1', 'ls # x', 'if a; then b; fi', '(a | b | c)', 'ls &']) assert.deepEqual(said(command), said(`${command}\n`), command)
  assert.equal(said('ls \\').understood, false)
})

test('what eval and an alias come to is found all the same', () => {
  assert.deepEqual(said('eval "rm -rf x"').runs, ['rm -rf x'])
  assert.deepEqual(said('alias l="ls -l"\nl a').runs, ['alias l=ls -l', 'ls -l a', 'l a'])
})

test('a program that is hidden by a variable is found all the same, so that guards can judge it', () => {
  assert.deepEqual(said('p=push; g=git; $g $p').runs, ['git push'])
})

test('what is named through a wildcard, a link of words or a folder that is not known is not a known path', () => {
  const paths = ['cat .{env,$x}', 'cat "$x"', 'cd "$x" && cat a', 'ls -A | xargs cat', 'xargs -I% cat %', 'find . -exec cat {} +', 'find . -name config -exec cat {} \\;', 'cat $(echo a)'].map((command) => said(command).reads.includes('?'))
  assert.deepEqual(paths, paths.map(() => true))
})

// Options of one program that take a value are flags of another: a path after them must not be taken for that value.
for (const command of [
  'cat -n .env', 'wc -c .env', 'ls -L .env', 'readlink -f .env', 'stat -f .env', 'paste -s .env', 'grep --color key .env', 'git diff -b .env', 'git log -p -m .env', 'git grep key -n .env', 'git blame -c .env',
  'sort -k 2 .env', 'head -n 1 .env', 'cut -d = -f 2 .env', 'git show HEAD:.env', 'git log -L1,5:.env', 'grep -f .env a', 'diff a .env', 'cat ./x/../.env', 'xargs cat .env', 'grep -r --include=.env key .', 'grep -r --include .env key .', 'rg -g .env key', 'jq . .env', 'dd if=.env', 'curl -d @.env x',
]) {
  test(`the path is seen in ${command}`, () => {
    const { commands, redirects } = analyse(command)
    assert.ok([...commands.flatMap(({ paths }) => paths), ...redirects].some(({ path }) => path === '.env'), JSON.stringify(said(command)))
  })
}

for (const command of ['cp a out', 'cp -t out a', 'mv a out', 'sort -o out a', 'tee out', 'sed -i s/a/b/ out', 'sed -nEi s/a/b/p out', 'sed -ri s/a/b/ out', 'xxd a out', 'uniq a out', 'find out -delete', 'git diff --output=out', 'unheard-of out', 'touch out', 'tree -o out']) {
  test(`the writing is seen in ${command}`, () => { assert.ok(said(command).writes.includes('out'), JSON.stringify(said(command))) })
}

const effects: readonly (readonly [string, readonly string[]])[] = [
  ['sudo ls', ['privileged']], ['rm -rf .', ['destructive']], ['rm -r /', ['destructive']], ['rm -rf dist', []], ['git reset --hard', ['destructive']], ['git clean -fd', ['destructive']], ['git branch -D x', ['destructive']], ['git branch -m x', ['destructive']],
  ['git push --force', ['network', 'destructive', 'project-code']], ['curl x', ['network']], ['npm install', ['network', 'project-code']], ['npm test', ['project-code']], ['python -c x', ['runs-text', 'project-code']], ['node -e x', ['runs-text', 'project-code']], ['node a.js', ['project-code']], ['python -', ['runs-text', 'project-code']], ['unheard-of', ['project-code']],
]
for (const [command, expected] of effects) {
  test(`${command} is ${expected.join(' and ') || 'plain'}`, () => { assert.deepEqual(analyse(command).commands.flatMap((simple) => simple.effects), expected) })
}

test('names that come through a pipe can be split, unless each ends in a null character', () => {
  const splits = (command: string) => analyse(command).commands.some((simple) => simple.effects.includes('splits-names'))
  assert.deepEqual([splits('find . -name \'*.ts\' | xargs cat'), splits('find . -name \'*.ts\' -print0 | xargs -0 cat')], [true, false])
})

// Each of these ends with the name in one shell or another, though the last assignment that is written says otherwise.
for (const command of [
  'f=.env; f=x & cat "$f"', 'readonly f=.env\nf=x\ncat "$f"', 'declare -r f=.env\nf=x\ncat "$f"', 'f=.env; { f=x; } > no/such; cat "$f"', 'f=.env; export f=x > no/such; cat "$f"', 'f=.env; if true; then f=x; fi < no/such; cat "$f"',
  'f=x; f=.env :; cat "$f"', '_=x; echo .env; cat "$_"', 'REPLY=x; read < list; cat "$REPLY"', 'f=.env; true || f=x; cat "$f"', 'f=.env; false && f=x; cat "$f"', 'f=.env; g() { f=x; }; cat "$f"', 'f=.env; (f=x); cat "$f"',
  'f=.env; f=x | true; cat "$f"', 'f=.env; while false; do f=x; done; cat "$f"', 'f=.env; case a in b) f=x;; esac; cat "$f"', 'f=x; read f < list; cat "$f"', 'f=x; for i in 1 2; do cat "$f"; f=.env; done',
]) {
  test(`a value is not trusted in ${JSON.stringify(command)}`, () => {
    const { reads } = said(command)
    assert.ok(reads.includes('?') || reads.includes('.env'), JSON.stringify(reads))
  })
}

test('xargs that reads something else than the pipe knows no names', () => {
  const commands = ['find . -name \'*.ts\' | xargs -a list cat', 'find . -name \'*.ts\' | xargs cat < list', 'ls && find . -name \'*.ts\' | xargs cat < list', 'find . -name \'*.ts\' | (cat list; xargs cat)', 'find . -name \'*.ts\' -printf x | xargs cat']
  assert.deepEqual(commands.map((command) => said(command).reads.includes('?')), commands.map(() => true))
})

const pieces = fc.constantFrom(
  'rm', 'cat', 'git', 'cd', '..', '/', 'x', '$x', '"', '\'', '`', '$(', ')', '${', '}', '{', '(', ';', '&&', '||', '|', '&', '>', '<', '<<', 'EOF', '\n', '\\', '*', '=', '-', '#', '!', 'if', 'then', 'fi', 'for', 'in', 'do', 'done', '[[', ']]',
  '((', '))', 'eval', 'sudo', 'xargs', 'find', '-exec', '{}', 'bash', '-c', 'case', 'esac', 'function', '~', '@', ':', ' ', ' ', ' ',
)
const texts = fc.oneof(fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')), fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(' ')), fc.string({ unit: 'binary', maxLength: 60 }))

test('no text makes it throw, and what it gives keeps the contract', () => {
  fc.assert(fc.property(texts, (text) => {
    const analysis = analyse(text)
    assert.deepEqual(ShellAnalysis.parse(analysis), analysis)
  }), { numRuns: 3000 })
})

test('garbage is explained or unknown: a text that names a program is never taken for one that runs nothing', () => {
  fc.assert(fc.property(texts, texts, (before, after) => {
    const { commands, unknown } = analyse(`${before}\nplainprogram\n${after}`)
    const quoted = /['"`#\\<{(]/.test(before) // here the line may be text, not a command
    assert.ok(quoted || unknown.length > 0 || commands.some(({ program }) => program === 'plainprogram'))
  }), { numRuns: 1500 })
})

test('a dangerous command is seen whatever stands before it in a chain', () => {
  const harmless = fc.constantFrom('ls', 'npm test', 'cd a', 'x=1', 'echo "a b"', '[ -f a ]', 'for i in 1 2; do echo $i; done', '(ls)', 'cat <<< x', '{ ls; }', '! true')
  const chains = fc.array(fc.tuple(harmless, fc.constantFrom(' && ', ' || ', '; ', ' | ', ' & ', '\n')), { maxLength: 6 })
  fc.assert(fc.property(chains, (chain) => {
    const { commands } = analyse(`${chain.map(([command, sign]) => command + sign).join('')}git push origin`)
    assert.ok(commands.some(({ program, args }) => program === 'git' && args[0]?.value === 'push'))
  }), { numRuns: 500 })
})
