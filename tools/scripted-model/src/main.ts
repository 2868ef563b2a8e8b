import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { ModelScript } from '@codeforge/contracts/model-script'
import { parse } from 'yaml'
import { z } from 'zod'
import { Fault } from './fault.ts'
import { scriptedModelServer } from './server.ts'

const usage = 'node main.ts --script <file> [--script <file>] [--port 0] [--latency <ms>] [--faults <JSON list of faults, null for none>] [--cost-usd <dollars>] [--api-key <key>]'

const { values } = parseArgs({
  options: {
    'script': { type: 'string', multiple: true, default: [] },
    'port': { type: 'string', default: '0' },
    'latency': { type: 'string', default: '0' },
    'faults': { type: 'string', default: '[]' },
    'cost-usd': { type: 'string' },
    'api-key': { type: 'string' },
  },
})
if (values.script.length === 0) throw new Error(`At least one script is needed.\n${usage}`)

const scripts = await Promise.all(values.script.map(async (path) => ModelScript.parse(parse(await readFile(path, 'utf8')))))
const server = await scriptedModelServer({
  scripts,
  port: Number(values.port),
  latencyMs: Number(values.latency),
  faults: z.array(Fault.nullable()).parse(JSON.parse(values.faults)),
  ...(values['cost-usd'] === undefined ? {} : { costUsd: Number(values['cost-usd']) }),
  ...(values['api-key'] === undefined ? {} : { apiKey: values['api-key'] }),
})
// Whoever started it reads this line to learn the port.
process.stdout.write(`${JSON.stringify({ port: server.port, url: server.url })}\n`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server[Symbol.asyncDispose]())
