import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { leaseSeconds } from '../plan.ts'

/** Everything is allowed in a sandbox with network, since calls tell the campaign what they do; `touch` is asked about. */
const policy = `name: chaos
description: For campaigns of faults. Everything is allowed in a sandbox, and one program asks.
sandbox: { need: required, network: all }
rules:
  - { id: asks, decision: ask, when: { tools: [shell], commands: [{ program: touch }] }, because: a person is to answer, matches: [touch a], not: [ls] }
  - { id: any-command, decision: allow, when: { tools: [shell] }, because: the sandbox bounds it, matches: [ls], not: [{ tool: read_file, args: { path: a } }] }
termination: { kind: or, of: [{ kind: max-turns, turns: 20 }, { kind: timeout, seconds: 120 }] }
maxCostMicroUsd: 5000000
limits: { commandSeconds: 60 }
`

const config = `prices: { chaos: { prompt: 1, completion: 2 } }
budget: { perDayUsd: 1000, perProjectPerDayUsd: 1000 }
`

/** Settings of every process of a campaign. */
export async function chaosSettings(directory: string, modelUrl: string, more: Readonly<Record<string, string>> = {}): Promise<Readonly<Record<string, string>>> {
  const policies = join(directory, 'policies')
  await mkdir(policies)
  await writeFile(join(policies, 'chaos.yaml'), policy)
  const file = join(directory, 'codeforge.yaml')
  await writeFile(file, config)
  return {
    CODEFORGE_CONFIG: file,
    CODEFORGE_POLICIES_DIRECTORY: policies,
    CODEFORGE_RUNS_POLICY: 'chaos',
    CODEFORGE_RUNS_LEASE_SECONDS: String(leaseSeconds),
    CODEFORGE_RUNS_MAX_CONCURRENT_PER_PROJECT: '20',
    CODEFORGE_WORKER_SLOTS: '4',
    CODEFORGE_SERVER_REQUESTS_PER_MINUTE: '1000000',
    CODEFORGE_LLM_BASE_URL: modelUrl,
    CODEFORGE_LLM_MODEL: 'chaos',
    CODEFORGE_LLM_IDLE_SECONDS: '10',
    ...more,
  }
}
