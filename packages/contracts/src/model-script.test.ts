import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from './message.ts'
import { ModelScript, finishOf, nextReply, scriptOfModel, scriptedModelName } from './model-script.ts'

const assistant: Message = { role: 'assistant', text: '', toolCalls: [] }
const observed = (text: string): Message => ({ role: 'tool', callId: 'c', tool: 't', ok: true, text })
const script = (turns: object[], rest: object = {}): ModelScript => ModelScript.parse({ name: 'fix', turns, ...rest })

test('the number of replies so far is the place in the script', () => {
  const three = script([{ text: 'one' }, { text: 'two' }, { text: 'three' }])
  const said = [0, 1, 2].map((place) => nextReply(three, [{ role: 'user', text: 'go' }, ...Array<Message>(place).fill(assistant)]).text)
  assert.deepEqual(said, ['one', 'two', 'three'])
})

test('after its end it says so, or repeats its last turn where it is told to', () => {
  const turns = [{ text: 'only', toolCalls: [{ tool: 'read' }] }]
  const history = [assistant, assistant]
  assert.equal(nextReply(script(turns), history).text, "(Scripted model: the recorded conversation 'fix' ended after 1 turns.)")
  assert.deepEqual(nextReply(script(turns, { afterEnd: 'repeat-last' }), history), { text: 'only', reasoning: '', toolCalls: [{ tool: 'read', args: {} }], usage: null })
})

test('a turn with a condition looks at the observations since the last reply only', () => {
  const conditional = script([{ text: 'one' }, { when: '1 failed', text: 'I fix it.', otherwise: { text: 'Nothing to do.' } }])
  const after = (...texts: string[]): string => nextReply(conditional, [observed('1 failed'), assistant, ...texts.map(observed)]).text
  assert.deepEqual([after('ok', 'tests: 1 failed'), after('all passed'), after()], ['I fix it.', 'Nothing to do.', 'Nothing to do.'])
})

test('a condition that does not hold and has no alternative stops the conversation, and says why', () => {
  const reply = nextReply(script([{ when: 'ready', text: 'go' }]), [observed('not yet')])
  assert.deepEqual([reply.text, finishOf(reply)], ["(Scripted model: the recorded conversation 'fix' expected 'ready' in the last observation and did not find it.)", 'stop'])
})

test('a reply ends by what it contains unless the script says otherwise', () => {
  const finishes = [{ text: 'a' }, { toolCalls: [{ tool: 't' }] }, { text: 'a', finish: 'length' }].map((turn) => finishOf(nextReply(script([turn]), [])))
  assert.deepEqual(finishes, ['stop', 'tool-calls', 'length'])
})

test('a scripted model is named as such', () => {
  assert.deepEqual([scriptedModelName('fix'), scriptOfModel('scripted/fix'), scriptOfModel('gpt-4o')], ['scripted/fix', 'fix', null])
})
