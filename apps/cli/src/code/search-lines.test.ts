import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withoutSemantics } from '@codeforge/context/semantic/semantic-status'
import { searchLine } from './search-lines.ts'

const answer = async (line: string): Promise<unknown> => JSON.stringify(await searchLine(line, async () => ({ hits: [], semantic: withoutSemantics })))

describe('a line of queries', () => {
  it('gets its id back, whatever it is', async () => {
    for (const id of ['1', '"a"', 'null', 'true', '1.5', '{"k":[1]}', '[1,2]', '12345678901234567890', '""'])
      assert.equal(await answer(`{"id":${id},"query":"x"}`), `{"id":${id},"hits":[]}`)
    assert.equal(await answer('{"query":"x"}'), '{"id":null,"hits":[]}')
  })

  it('may begin with the mark that some editors put before a text', async () => {
    assert.equal(await answer('\uFEFF{"id":1,"query":"x"}\r'), '{"id":1,"hits":[]}')
  })

  it('that is no query is answered with what is wrong', async () => {
    for (const line of ['no json', '[]', 'null', '{"id":7}', '{"id":7,"query":5}', '{"id":7,"query":null}'])
      assert.match(String(await answer(line)), line.includes('7') ? /^\{"id":7,"error":"/ : /^\{"id":null,"error":"/)
  })
})
