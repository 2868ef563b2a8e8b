import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { plainEnvironment, smallRepository } from '../testing/small-repository.ts'

const codeforge = fileURLToPath(new URL('../main.ts', import.meta.url))

/** The repository, and how the server over it is started. */
async function openScene() {
  const scene = await smallRepository()
  return { ...scene, args: ['--disable-warning=ExperimentalWarning', codeforge, '--data', scene.data, 'mcp', '--repo', scene.repository], environment: plainEnvironment() }
}

/** Asks every tool and looks at what comes back. */
async function askEverything(client: Client): Promise<void> {
  const { tools } = await client.listTools()
  assert.deepEqual(tools.map(({ name }) => name).sort(), ['map', 'pack', 'references', 'related', 'search', 'symbol'])
  const textOf = async (name: string, input: Record<string, unknown>) => {
    const result = await client.callTool({ name, arguments: input })
    assert.notEqual(result.isError, true, JSON.stringify(result.content))
    return JSON.stringify(result.content)
  }
  assert.match(await textOf('search', { query: 'cache of responses', files: true }), /src\/cache\.ts/)
  assert.match(await textOf('map', { tokens: 500 }), /ResponseCache/)
  assert.match(await textOf('symbol', { name: 'ResponseCache' }), /src\/cache\.ts/)
  assert.match(await textOf('references', { name: 'ResponseCache' }), /src\/server\.ts/)
  assert.match(await textOf('related', { symbolOrPath: 'ResponseCache' }), /handleRequest|server\.ts/)
  assert.match(await textOf('pack', { task: 'evict old responses', tokens: 1000 }), /evict/)
  for (const [name, input] of [['symbol', { name: 'nowhere' }], ['references', { name: 'nowhere' }], ['related', { symbolOrPath: 'nowhere' }], ['search', { query: 'cache', under: 'nowhere' }]] as const)
    assert.match(await textOf(name, input), /hint.*nowhere/, name)
  const wrong = await client.callTool({ name: 'search', arguments: { query: ' ' } }).catch((error: unknown) => ({ isError: true, content: String(error) }))
  assert.equal(wrong.isError, true)
}

describe('the MCP server', () => {
  test('answers an official client on standard input and output', async () => {
    await using scene = await openScene()
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(new StdioClientTransport({ command: process.execPath, args: scene.args, env: scene.environment, stderr: 'ignore' }))
    await askEverything(client)
    await client.close()
  })

  test('offers a search with the help of the configured model, within what a day may cost', async () => {
    await using scene = await openScene()
    await using model = await scriptedModelServer({
      handler: (request) => {
        const isJudge = JSON.stringify(request.messages).includes('You judge')
        return { text: isJudge ? '[1]' : '["ResponseCache evict"]', usage: { promptTokens: 200, cachedPromptTokens: 0, completionTokens: 10, reasoningTokens: 0 } }
      },
    })
    // One search may take 25,200 tokens at most: two fit into a day, where each takes 420.
    const env = { ...scene.environment, CODEFORGE_LLM_BASE_URL: model.url, CODEFORGE_LLM_MODEL: 'some-model', CODEFORGE_BUDGET_TOKENS_PER_RUN: '25700' }
    await using stack = new AsyncDisposableStack()
    const client = new Client({ name: 'test', version: '1' })
    stack.defer(async () => client.close())
    await client.connect(new StdioClientTransport({ command: process.execPath, args: scene.args, env, stderr: 'ignore' }))
    assert.ok((await client.listTools()).tools.some(({ name }) => name === 'deep_search'))
    const ask = async () => client.callTool({ name: 'deep_search', arguments: { query: 'what is thrown out of memory' } })
    const first = await ask()
    assert.notEqual(first.isError, true, JSON.stringify(first.content))
    const found = first.structuredContent as { queries: string[], reranked: boolean, notes: string[], spent: { tokens: number }, hits: { path: string }[] }
    assert.deepEqual([found.queries.at(-1), found.reranked, found.notes, found.spent.tokens, found.hits[0]?.path], ['ResponseCache evict', true, [], 420, 'src/cache.ts'])
    assert.notEqual((await ask()).isError, true)
    const third = await ask()
    assert.deepEqual([third.isError, model.requests.length], [true, 4])
    assert.match(JSON.stringify(third.content), /used up for today \(budget\.tokensPerRun\)/)
  })

  test('answers over HTTP who knows the token, and keeps pages of a browser out', async () => {
    await using scene = await openScene()
    const child = spawn(process.execPath, [...scene.args, '--http', '0'], { env: scene.environment, stdio: ['ignore', 'ignore', 'pipe'] })
    const ended = new Promise((resolve) => child.once('close', resolve))
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let said = ''
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          said += text
          const found = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(said)
          if (found) resolve(found[0])
        })
        child.once('close', () => { reject(new Error(said)) })
      })
      const token = (await readFile(join(scene.data, 'token'), 'utf8')).trim()
      const headers = { authorization: `Bearer ${token}` }
      const client = new Client({ name: 'test', version: '1' })
      await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
      await askEverything(client)
      await client.close()
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
      const post = async (more: Record<string, string>) => (await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...more } }))
      const unknown = await post({})
      assert.equal(unknown.status, 401)
      assert.match(await unknown.text(), /Authorization: Bearer/)
      assert.equal((await post({ ...headers, origin: 'https://evil.example' })).status, 403)
      const elsewhere = await fetch(new URL('/', url))
      assert.deepEqual([elsewhere.status, JSON.parse(await elsewhere.text())], [404, { jsonrpc: '2.0', error: { code: -32_000, message: 'There is nothing here: MCP is at /mcp.' }, id: null }])
      const second = spawnSync(process.execPath, [...scene.args, '--http', new URL(url).port], { env: scene.environment, encoding: 'utf8' })
      assert.match(second.stderr, /Port \d+ of 127\.0\.0\.1 is in use\. Name another one/)
    } finally {
      child.kill('SIGINT')
      await ended
    }
  })
})
