import { Tokens, tokensOf } from './tokens.ts'

// Attributes of modules that tell a version, a place or a kind of machine; never the environment.
const attribute = /(^|\.)(__version__|version|VERSION|version_info|__file__|__path__|__name__|__all__|executable|prefix|base_prefix|path|platform|maxsize|byteorder|major|minor|micro|implementation|sep|name)$/
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
  let did = false
  while (!tokens.done) {
    if (tokens.sign(';') || tokens.sign('\n')) continue
    const ways = [imports, assigns, prints, looks]
    if (!ways.some((way) => tokens.attempt(() => way(tokens, names)))) return null
    did = true
  }
  // A text that is printed alone tells nothing.
  return did && names.modules.size + names.values.size > 0 ? tokens.reads : null
}

/** Reads a data file, or a source, to see whether it can be read. */
function looks(tokens: Tokens, names: Names): boolean {
  return (tokens.attempt(() => ofData(tokens, names)) || tokens.attempt(() => parsed(tokens, names))) && ends(tokens)
}

function parsed(tokens: Tokens, { modules }: Names): boolean {
  if (tokens.dotted() !== 'ast.parse' || !modules.has('ast') || !tokens.sign('(') || !opened(tokens)) return false
  return tokens.sign('.') && tokens.name('read') !== null && tokens.sign('(') && tokens.sign(')') && tokens.sign(')')
}

function imports(tokens: Tokens, { modules, values }: Names): boolean {
  if (tokens.name('from') !== null) {
    const module = tokens.dotted()
    return module !== null && !acting.test(module) && tokens.name('import') !== null && tokens.list(() => importsName(tokens, { modules, values })) && ends(tokens)
  }
  return tokens.name('import') !== null && tokens.list(() => {
    const module = tokens.dotted()
    if (module === null || acting.test(module)) return false
    const alias = tokens.name('as') === null ? module.split('.')[0] ?? module : tokens.name()
    if (alias === null || taken.has(alias)) return false
    modules.add(alias)
    return true
  }) && ends(tokens)
}

/** Of what is taken from a module only a version is a value that may be printed. */
function importsName(tokens: Tokens, { modules, values }: Names): boolean {
  const name = tokens.name()
  const alias = name !== null && tokens.name('as') !== null ? tokens.name() : name
  if (name === null || alias === null || acting.test(name) || (taken.has(alias) && alias !== 'version') || loaders.has(alias) || modules.has(alias)) return false
  values.add(/^(version|__version__|VERSION)$/.test(name) ? alias : ' ')
  return true
}

/** Modules that do something when they are imported. */
const acting = /(^|\.)(__main__|antigravity|idlelib|turtle|turtledemo)(\.|$)/
/** Modules by whose names files are read. */
const loaders: ReadonlySet<string> = new Set(['json', 'yaml', 'tomllib', 'toml', 'tomli', 'ast', 'sys', 'platform', 'os', 'importlib', 'metadata'])

/** Names whose meaning is relied on. */
const taken: ReadonlySet<string> = new Set(['print', 'open', 'len', 'list', 'sorted', 'str', 'version'])

function assigns(tokens: Tokens, names: Names): boolean {
  const name = tokens.name()
  if (name === null || taken.has(name) || names.modules.has(name) || !tokens.sign('=') || !tells(tokens, names)) return false
  names.values.add(name)
  return ends(tokens)
}

function prints(tokens: Tokens, names: Names): boolean {
  const printed = () => tokens.attempt(() => tokens.text() !== null && !tokens.sign('.')) || tells(tokens, names)
  return tokens.name('print') !== null && tokens.sign('(') && tokens.list(printed) && tokens.sign(')') && ends(tokens)
}

function ends(tokens: Tokens): boolean {
  return tokens.done || tokens.sign(';') || tokens.sign('\n')
}

/** A value that tells a version, or comes out of a data file. */
function tells(tokens: Tokens, names: Names): boolean {
  const ways = [ofModule, ofMetadata, ofData, ofValue, within, joinedWith]
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

/** `', '.join(...)`. */
function joinedWith(tokens: Tokens, names: Names): boolean {
  return tokens.text() !== null && tokens.sign('.') && tokens.name('join') !== null && tokens.sign('(') && tells(tokens, names) && tokens.sign(')')
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
