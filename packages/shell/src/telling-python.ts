import { Tokens, tokensOf } from './tokens.ts'

// Attributes of modules that tell a version, a place or a kind of machine; never the environment.
const attribute = /(^|\.)(__version__|version|VERSION|version_info|__file__|executable|prefix|platform|maxsize|byteorder|major|minor|micro)$/
const callable = /^(platform\.\w+|os\.getcwd|os\.cpu_count|multiprocessing\.cpu_count|site\.getsitepackages|sysconfig\.get_platform|torch\.cuda\.is_available|torch\.cuda\.device_count)$/
const metadata = /^(importlib\.metadata\.|metadata\.)?version$/
const loader = /^(json|yaml|tomllib|toml|tomli)\.(load|safe_load)$/

interface Names {
  readonly modules: Set<string>
  readonly values: Set<string>
}

/**
 * The files that a Python text reads where all it does is import modules, and print their versions or parts of data files; null for every other one.
 * Importing runs code of modules, so it stays code of the project.
 */
export function toldByPython(code: string): readonly string[] | null {
  const words = tokensOf(code)
  if (words === null) return null
  const tokens = new Tokens(words)
  const names: Names = { modules: new Set(), values: new Set() }
  let tells = false
  while (!tokens.done) {
    if (tokens.sign(';') || tokens.sign('\n')) continue
    if (tokens.attempt(() => imports(tokens, names)) || tokens.attempt(() => assigns(tokens, names))) continue
    if (!tokens.attempt(() => prints(tokens, names))) return null
    tells = true
  }
  return tells ? tokens.reads : null
}

function imports(tokens: Tokens, { modules, values }: Names): boolean {
  if (tokens.name('from') !== null) {
    if (tokens.dotted() === null || tokens.name('import') === null) return false
    const name = tokens.name('version', '__version__')
    if (name === null) return false
    values.add(name)
    return ends(tokens)
  }
  return tokens.name('import') !== null && tokens.list(() => {
    const module = tokens.dotted()
    if (module === null) return false
    const alias = tokens.name('as') === null ? module.split('.')[0] ?? module : tokens.name()
    if (alias === null || taken.has(alias)) return false
    modules.add(alias)
    return true
  }) && ends(tokens)
}

/** Names whose meaning is relied on. */
const taken: ReadonlySet<string> = new Set(['print', 'open', 'len', 'list', 'sorted', 'str', 'version'])

function assigns(tokens: Tokens, names: Names): boolean {
  const name = tokens.name()
  if (name === null || taken.has(name) || names.modules.has(name) || !tokens.sign('=') || !tells(tokens, names)) return false
  names.values.add(name)
  return ends(tokens)
}

function prints(tokens: Tokens, names: Names): boolean {
  let telling = false
  const printed = () => {
    if (tokens.attempt(() => tokens.text() !== null && !tokens.sign('.'))) return true
    telling = true
    return tells(tokens, names)
  }
  return tokens.name('print') !== null && tokens.sign('(') && tokens.list(printed) && tokens.sign(')') && ends(tokens) && telling
}

function ends(tokens: Tokens): boolean {
  return tokens.done || tokens.sign(';') || tokens.sign('\n')
}

/** A value that tells a version, or comes out of a data file. */
function tells(tokens: Tokens, names: Names): boolean {
  const ways = [ofModule, ofMetadata, ofData, ofValue, within]
  return ways.some((way) => tokens.attempt(() => way(tokens, names))) && parts(tokens)
}

function ofModule(tokens: Tokens, { modules }: Names): boolean {
  const name = tokens.dotted()
  if (name === null || !modules.has(name.split('.')[0] ?? '')) return false
  return tokens.sign('(') ? callable.test(name) && tokens.sign(')') : name.includes('.') && attribute.test(name)
}

function ofMetadata(tokens: Tokens): boolean {
  return metadata.test(tokens.dotted() ?? '') && tokens.sign('(') && tokens.text() !== null && tokens.sign(')')
}

function ofData(tokens: Tokens, { modules }: Names): boolean {
  const name = tokens.dotted() ?? ''
  if (!loader.test(name) || !modules.has(name.split('.')[0] ?? '') || !tokens.sign('(')) return false
  const input = tokens.attempt(() => tokens.dotted() === 'sys.stdin')
  return (input || opened(tokens)) && tokens.sign(')')
}

function opened(tokens: Tokens): boolean {
  if (tokens.name('open') === null || !tokens.sign('(')) return false
  const path = tokens.text()
  if (path === null || (tokens.sign(',') && !/^r[bt]?$/.test(tokens.text() ?? ''))) return false
  tokens.reads.push(path)
  return tokens.sign(')')
}

function ofValue(tokens: Tokens, { values }: Names): boolean {
  const name = tokens.name()
  return name !== null && values.has(name)
}

function within(tokens: Tokens, names: Names): boolean {
  return tokens.name('len', 'list', 'sorted', 'str') !== null && tokens.sign('(') && tells(tokens, names) && tokens.sign(')')
}

/** `['key']`, `[0]`, `.get('key')`, `.keys()`. */
function parts(tokens: Tokens): boolean {
  for (;;) {
    if (tokens.sign('[')) {
      if ((tokens.text() ?? tokens.number()) === null || !tokens.sign(']')) return false
    } else if (tokens.sign('.')) {
      const method = tokens.name('get', 'keys', 'items', 'values')
      if (method === null || !tokens.sign('(') || (method === 'get' && tokens.text() === null) || !tokens.sign(')')) return false
    } else return true
  }
}
