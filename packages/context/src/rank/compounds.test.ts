import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compoundTerms } from './compounds.ts'

describe('identifiers that a task may mean', () => {
  it('takes two neighbouring words as one, in the singular as well', () => {
    assert.deepEqual(
      [...compoundTerms('Close idle pools')],
      [
        ['=closeidle', 1],
        ['closeidl', 1],
        ['=idlepools', 1],
        ['idlepool', 1],
        ['=idlepool', 1],
      ],
    )
  })

  it('takes a long word for one that code may write in parts, at less than two words', () => {
    assert.equal(compoundTerms('a websocket').get('=websocket'), 0.7)
  })

  it('joins nothing across words that say nothing', () => {
    assert.deepEqual([...compoundTerms('end of row')], [])
  })

  it('looks at the first sixty words', () => {
    const text = Array.from({ length: 5000 }, (_, at) => `word${at}`).join(' ')
    const terms = [...compoundTerms(text).keys()]
    assert.ok(terms.includes('=word58word59') && !terms.some((term) => term.includes('word60')), terms.at(-1))
  })
})
