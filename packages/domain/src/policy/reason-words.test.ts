import assert from 'node:assert/strict'
import { test } from 'node:test'
import { denialWords, reasonWords } from './reason-words.ts'

test('the model is told once that a call is denied', () => {
  assert.equal(denialWords('no-push', 'Denied: pushing is a person\'s.'), 'Denied (no-push): pushing is a person\'s.')
  assert.equal(denialWords('default', 'Denied, since nobody is there to be asked: no rule allows it.'), 'Denied (default), since nobody is there to be asked: no rule allows it.')
  assert.equal(denialWords('answered', 'A person denied it.'), 'Denied (answered): A person denied it.')
})

test('a reason beside its decision does not repeat it', () => {
  assert.equal(reasonWords('Denied: pushing is a person\'s.'), 'Pushing is a person\'s.')
  assert.equal(reasonWords('Denied, since nobody is there to be asked: no rule allows it.'), 'Denied, since nobody is there to be asked: no rule allows it.')
})
