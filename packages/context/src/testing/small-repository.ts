import type { Definition, FileFacts, Reference } from '../extract/file-facts.ts'
import { treeOf } from './tree-of.ts'
import type { GivenFile } from './tree-of.ts'

const define = (name: string, kind: Definition['kind'], startLine: number, endLine: number): Definition => ({
  name,
  kind,
  startLine,
  endLine,
  signature: `${kind} ${name}`,
})
const call = (name: string, line: number): Reference => ({ name, line, kind: 'call' })
const factsOf = (facts: Partial<FileFacts>): FileFacts => ({ definitions: [], references: [], imports: [], exact: true, ...facts })

/** A tree of a few files that call each other: a parser, a cache that is asked by a server, a test and a README. */
export const smallFiles: Readonly<Record<string, GivenFile>> = {
  'src/parse-query.ts': {
    text: 'export function parseQuery(text) {\n  return text.split("&").map(decodePair)\n}\nfunction decodePair(pair) {\n  return pair.split("=")\n}\n',
    facts: factsOf({
      definitions: [define('parseQuery', 'function', 1, 3), define('decodePair', 'function', 4, 6)],
      references: [call('decodePair', 2)],
    }),
  },
  'src/cache.ts': {
    text: 'export class ResponseCache {\n  evict() {}\n}\n',
    facts: factsOf({ definitions: [define('ResponseCache', 'class', 1, 3), define('evict', 'method', 2, 2)] }),
  },
  'src/server.ts': {
    text: "import { parseQuery } from './parse-query.ts'\nimport { ResponseCache } from './cache.ts'\nexport function handleRequest(request) {\n  const cache = new ResponseCache()\n  return parseQuery(request.url)\n}\n",
    facts: factsOf({
      definitions: [define('handleRequest', 'function', 3, 6)],
      references: [call('ResponseCache', 4), call('parseQuery', 5)],
      imports: [
        { specifier: './parse-query.ts', names: ['parseQuery'], line: 1 },
        { specifier: './cache.ts', names: ['ResponseCache'], line: 2 },
      ],
    }),
  },
  'README.md': { text: '# A server\n\nIt parses queries and caches responses.\n' },
}

/** The small tree, with other files beside or in place of its own. */
export function smallTree(more: Readonly<Record<string, GivenFile>> = {}) {
  return treeOf({ ...smallFiles, ...more })
}
