import fc from 'fast-check'

// Signs that bash and the grammar may join or part differently, and programs that are harmless in the oracle.
const signs = ["'", '"', '`', '\\', '\n', ';', ' && ', ' || ', ' | ', '(', ')', '{ ', ' }', '\n}', '$(', '<(', '${x', '${x:-', '}', '$((', '))', '[[ ', ' ]]', 'if ', 'then ', 'fi', 'do ', 'done', 'case x in ', ' esac', ' in ', 'for x in ', 'EOF', '\nEOF\n', '<<EOF\n', "<<'EOF'\n", '<<-EOF\n', '<<<', '#', ' # ',
  '!', '=', '+=', '[', ']', '*', '?', '$x', '"$x"', 'x=', 'x=alpha', ' alpha ', ' beta ', ' gamma', ' one ', ',', '{a,b}', '..', '$', '\\\n', '\t', ' ', '|&', '&>', '>out ', '2>&1', ';;', 'x) ', 'else ', "$'", '$"', '@', '~', '-', '--', ':', '%', '^', 'env ', 'echo ', 'time ', '! ', 'eval ', 'export ', 'declare ', 'unset x',
  'set -- ', 'shift', 'read x', 'test ', 'xargs ', 'exec ', 'command ', 'builtin ', 'let ', '"$@"', '$1', '$#', '${#x}', '${!x}', '${x@Q}', '${x//a/', '0', '1']

const plain = ['alpha one', 'alpha "a b" | beta', 'if alpha; then beta; fi', 'case x in x) alpha;; *) beta;; esac', 'for x in a b; do alpha $x; done', '{ alpha; beta\n}', '(alpha; beta)', 'alpha <<EOF\none $x\nEOF\n', "alpha <<'EOF'\n$(beta)\nEOF\n", 'x=alpha', 'x="one two"', '[[ x == y ]] && alpha', 'alpha # beta', 'alpha \\\none',
  "echo 'a\nb' | alpha", 'alpha $x "$x"', 'export x=one', 'alpha ${x:-one}', 'alpha "${x%a}"', '$(echo alpha)', 'alpha {a,b}', 'alpha $((1+2))', 'alpha 2>&1 >out', 'alpha && beta || gamma', '! alpha', 'x=1 alpha', 'read x <<< one; alpha "$x"', 'set -- one two; alpha "$1" "$@"', 'alpha `echo one`', 'env x=1 alpha', 'xargs alpha <<< one',
  "eval 'alpha one'", 'test x = y || alpha', 'alpha "$(beta "$x")"', "alpha $'a\\x41'", 'arr=(a b); alpha "${arr[0]}"', 'alpha *', 'timeout 5 alpha one', 'nice -n 1 alpha', 'alpha <(beta)', 'x=one; y=$x; alpha "$y"']

/** Functions, things left in the background, loops and files read as scripts: by chance they could call themselves again, or end in what the oracle does not note. */
const unfit = /\(\)|function|[^&>|]&[^&>1]|&\s*$|coproc|while|until|loop|\/|bash|source|(^|\W)\.\s|\(\(/

interface Edit { readonly kind: 'remove' | 'insert' | 'repeat' | 'swap'; readonly at: number; readonly other: number; readonly sign: string }
const edit: fc.Arbitrary<Edit> = fc.record({ kind: fc.constantFrom('remove', 'insert', 'insert', 'repeat', 'swap'), at: fc.nat(200), other: fc.nat(200), sign: fc.constantFrom(...signs) })

/** Scripts that were well formed, joined and then hurt in a few places: there a grammar and bash differ first. */
export function mutantsOf(scripts: readonly string[]): fc.Arbitrary<string> {
  const base = fc.oneof(fc.constantFrom(...plain), fc.constantFrom(...scripts.filter((script) => !unfit.test(script))))
  const joint = fc.constantFrom('\n', '; ', ' | ', ' && ', ' ', '\n}\n{ ')
  return fc.tuple(base, fc.array(fc.tuple(joint, base), { maxLength: 2 }), fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([first, more, edits]) => edits.reduce(edited, tokensOf(first + more.map((parts) => parts.join('')).join(''))).join(''))
    .filter((script) => !unfit.test(script))
}

function tokensOf(script: string): readonly string[] {
  return script.match(/\w+|\$\(\(|\$\(|\$\{|<<<|<<-?|&&|\|\||;;|\n|[ \t]+|[^\w\s]/g) ?? []
}

function edited(tokens: readonly string[], { kind, at, other, sign }: Edit): readonly string[] {
  const [index, second] = [at % (tokens.length + 1), other % (tokens.length + 1)]
  switch (kind) {
    case 'remove': return tokens.toSpliced(index, 1)
    case 'insert': return tokens.toSpliced(index, 0, sign)
    case 'repeat': return tokens.toSpliced(index, 0, tokens[second] ?? '')
    case 'swap': return tokens.with(Math.min(index, tokens.length - 1), tokens[second] ?? '')
  }
}
