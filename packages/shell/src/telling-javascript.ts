import { Tokens, tokensOf } from './tokens.ts'

const tellsOfProcess: ReadonlySet<string> = new Set(['version', 'versions', 'platform', 'arch', 'execPath', 'release'])
const packageName = /^(@[\w.-]+\/)?[a-z][\w.-]*(\/package\.json)?$/
const dataFile = /^\.{1,2}\/[\w./@-]*\.json$/

/**
 * The files that a JavaScript text reads where all it does is print versions, or parts of JSON files; null for every other one. `value`: the last
 * statement is printed, as after `node -p`.
 */
export function toldByJavaScript(code: string, value: boolean): readonly string[] | null {
  const words = tokensOf(code)
  if (words === null) return null
  const tokens = new Tokens(words)
  const names = new Set<string>()
  let tells = false
  while (!tokens.done) {
    if (tokens.sign(';') || tokens.sign('\n')) continue
    if (tokens.attempt(() => assigns(tokens, names))) continue
    if (!tokens.attempt(() => prints(tokens, names)) && !(value && tokens.attempt(() => expression(tokens, names) && ends(tokens)))) return null
    tells = true
  }
  return tells ? tokens.reads : null
}

function assigns(tokens: Tokens, names: Set<string>): boolean {
  if (tokens.name('const', 'let', 'var') === null) return false
  const name = tokens.name()
  if (name === null || /^(console|require|process|Object|JSON)$/.test(name) || !tokens.sign('=') || !expression(tokens, names)) return false
  names.add(name)
  return ends(tokens)
}

function prints(tokens: Tokens, names: ReadonlySet<string>): boolean {
  let telling = false
  const printed = () => {
    if (tokens.attempt(() => tokens.text() !== null && !tokens.sign('.'))) return true
    telling = true
    return expression(tokens, names)
  }
  return tokens.dotted() === 'console.log' && tokens.sign('(') && tokens.list(printed) && tokens.sign(')') && ends(tokens) && telling
}

function ends(tokens: Tokens): boolean {
  return tokens.done || tokens.sign(';') || tokens.sign('\n')
}

function expression(tokens: Tokens, names: ReadonlySet<string>): boolean {
  const ways = [ofProcess, required, readFile, ofName, within]
  return ways.some((way) => tokens.attempt(() => way(tokens, names))) && parts(tokens)
}

function ofProcess(tokens: Tokens): boolean {
  if (tokens.name('process') === null || !tokens.sign('.')) return false
  if (tokens.attempt(() => tokens.name('cwd') !== null && tokens.sign('(') && tokens.sign(')'))) return true
  return tellsOfProcess.has(tokens.name() ?? '')
}

/** A package tells its version; a file is read only where it holds nothing but data. */
function required(tokens: Tokens): boolean {
  if (tokens.name('require') === null || !tokens.sign('(')) return false
  const target = tokens.text() ?? ''
  if (!tokens.sign(')')) return false
  if (dataFile.test(target)) return tokens.reads.push(target) > 0
  return packageName.test(target) && (target.endsWith('/package.json') || tokens.attempt(() => tokens.sign('.') && tokens.name('version') !== null))
}

function readFile(tokens: Tokens): boolean {
  if (tokens.name('require') === null || !tokens.sign('(') || !/^(node:)?fs$/.test(tokens.text() ?? '') || !tokens.sign(')')) return false
  if (!tokens.sign('.') || tokens.name('readFileSync') === null || !tokens.sign('(')) return false
  const path = tokens.text()
  if (path === null || (tokens.sign(',') && !/^utf-?8$/.test(tokens.text() ?? ''))) return false
  tokens.reads.push(path)
  return tokens.sign(')')
}

function ofName(tokens: Tokens, names: ReadonlySet<string>): boolean {
  return names.has(tokens.name() ?? '')
}

function within(tokens: Tokens, names: ReadonlySet<string>): boolean {
  if (!/^(JSON\.(parse|stringify)|Object\.(keys|values|entries))$/.test(tokens.dotted() ?? '') || !tokens.sign('(') || !expression(tokens, names)) return false
  tokens.attempt(() => tokens.sign(',') && tokens.name('null') !== null && tokens.sign(',') && tokens.number() !== null)
  return tokens.sign(')')
}

/** `.name`, `['name']`, `[0]`, `.join(', ')`. */
function parts(tokens: Tokens): boolean {
  for (;;) {
    if (tokens.sign('[')) {
      if ((tokens.text() ?? tokens.number()) === null || !tokens.sign(']')) return false
    } else if (tokens.sign('.')) {
      const name = tokens.name()
      if (name === null || (tokens.sign('(') && !(name === 'join' && (tokens.attempt(() => tokens.text() !== null) || true) && tokens.sign(')')))) return false
    } else return true
  }
}
