import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createShellAnalyser } from './analyser.ts'
import { remembered } from './remembered.ts'

const analyse = await createShellAnalyser()

/** Texts that are nearly the same, as well as any. */
const texts = fc.oneof(
  fc.array(fc.constantFrom('rm', 'ls', ' ', '-r', ';', '"', '$x', 'x=rm', 'cat .env', '\n', '\t', 'cd ..', '&&'), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

test('what is remembered is what an analysis without memory says, whatever was asked before', () => {
  const withMemory = remembered(analyse)
  fc.assert(fc.property(fc.array(texts, { maxLength: 30 }), (asked) => {
    for (const text of [...asked, ...asked]) assert.deepEqual(withMemory(text), analyse(text))
  }), { numRuns: 60 })
})

test('a text is analysed once while it is among the last 256, and again after that', () => {
  let analysed = 0
  const withMemory = remembered((command) => {
    analysed += 1
    return analyse(command)
  })
  withMemory('echo kept')
  withMemory('echo kept')
  assert.equal(analysed, 1)
  for (let index = 0; index < 255; index++) withMemory(`echo ${index}`)
  withMemory('echo kept')
  assert.equal(analysed, 256)
  for (let index = 0; index < 256; index++) withMemory(`echo other ${index}`)
  withMemory('echo kept')
  assert.equal(analysed, 513)
})

test('texts that differ in a blank or a letter have their own analyses, and long ones are never kept', () => {
  let analysed = 0
  const withMemory = remembered((command) => {
    analysed += 1
    return analyse(command)
  })
  for (const text of ['ls', 'ls ', 'LS', 'ls\t']) withMemory(text)
  assert.equal(analysed, 4)
  const long = `echo ${'x'.repeat(2000)}`
  withMemory(long)
  withMemory(long)
  assert.equal(analysed, 6)
})
