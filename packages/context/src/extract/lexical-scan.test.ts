import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lexicalScan } from './lexical-scan.ts'

/** Definitions as `kind container.name start-end`. */
function outline(language: string, text: string): string[] {
  return lexicalScan(text, language).definitions.map(
    ({ kind, name, container, startLine, endLine }) =>
      `${kind} ${container === undefined ? '' : `${container}.`}${name} ${startLine}-${endLine}`,
  )
}

describe('the quick scan', () => {
  it('finds what TypeScript defines, whatever stands in comments, strings, templates and regular expressions', () => {
    const text = [
      '// function no() {}',
      'const pattern = /class Not {/ // a regular expression',
      'export interface Shape { area(): number }',
      'export type Name = `a ${ { b: "class C {" } }`',
      'export abstract class Round<T> extends Base implements Shape {',
      '  constructor(private readonly radius: number) { super() }',
      '  static async of({ a, b }: { a: number; b: number }): Promise<Round<string>> {',
      '    if (a) { return helper(b) }',
      '  }',
      '  get #size(): number { return 1 }',
      '}',
      'export const make = async (x: number): Promise<void> => {',
      '  const inner = (y: number) => y + 1',
      '}',
      'exports.handle = function (request) {',
      '}',
      'enum Colour { red }',
    ].join('\n')
    assert.deepEqual(outline('typescript', text), [
      'constant pattern 2-2',
      'interface Shape 3-3',
      'type Name 4-4',
      'class Round 5-11',
      'method Round.constructor 6-6',
      'method Round.of 7-9',
      'method Round.#size 10-10',
      'function make 12-14',
      'function make.inner 13-13',
      'function exports.handle 15-16',
      'enum Colour 17-17',
    ])
  })

  it('tells calls, bases and other mentions apart, once for each line', () => {
    const { references } = lexicalScan('class A extends Base {\n  run() { return call(thing, call(thing)) }\n}', 'typescript')
    assert.deepEqual(
      references.map(({ name, line, kind }) => `${name} ${line} ${kind}`),
      ['Base 1 inherit', 'call 2 call', 'thing 2 mention'],
    )
  })

  it('is not lost in what is not closed', () => {
    assert.deepEqual(outline('typescript', 'const a = "never closed\nfunction b( {\nclass C { d() {'), [
      'constant a 1-1',
      'function b 2-2',
      'class C 3-3',
      'method C.d 3-3',
    ])
    assert.deepEqual(outline('c', '#if A\nint f(int a) {\n#else\nint f(void) {\n#endif\n  return 1;\n}\nint g(void) {\n}\n'), [
      'function f 2-3',
      'function f 4-7',
      'function g 8-9',
    ])
  })
})
