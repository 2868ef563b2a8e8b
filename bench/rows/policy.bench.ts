import { readFileSync } from 'node:fs'
import { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { evaluate } from '@codeforge/domain/policy/evaluate'
import { parsePolicy } from '@codeforge/domain/policy/parse'
import type { PolicyCall, PolicySituation } from '@codeforge/domain/policy/policy-call'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import { cedarJudge } from '../scenes/policy-cedar.ts'
import { casbinJudge } from '../scenes/policy-casbin.ts'
import { commandsUpTo200Bytes } from '../scenes/policy-commands.ts'
import { fileCalls, picomatchJudge, rules } from '../scenes/policy-rules.ts'
import { processorTime } from '../scenes/processor-time.ts'
import type { Family, Row } from '../harness/family.ts'

const situation: PolicySituation = { attended: false, sandboxEnforces: true, workspace: '/workspace', mode: null, stepTools: null }
const profile = PolicyProfile.parse({
  name: 'bench', description: 'A hundred rules over ten tools.', termination: { kind: 'max-turns', turns: 1 }, maxCostMicroUsd: 1,
  rules: rules.map(({ id, tool, glob, decision }) => ({ id, decision, when: { tools: [tool], paths: [glob] }, because: 'it is measured' })),
})

type Judge = (call: PolicyCall) => string
const ours: Judge = (call) => evaluate(profile, call, situation, null).decision

/** Decisions per second of processor time. */
function rate(judge: Judge, decisions: number): number {
  const before = processorTime()
  for (let count = 0; count < decisions; count += 1) {
    const call = fileCalls[count % fileCalls.length]
    if (call !== undefined) judge(call)
  }
  return decisions / ((processorTime() - before) / 1000)
}

/** Both sides must say the same of every call, or the comparison means nothing. */
function agree(judge: Judge): void {
  // A part of them: some baselines take milliseconds for each.
  const other = fileCalls.slice(0, 120).find((call) => judge(call) !== ours(call))
  if (other !== undefined) throw new Error(`the baseline says ${judge(other)} of ${JSON.stringify(other)}, not ${ours(other)}`)
}

function familyOf(against: string, open: () => Promise<Judge>, marks: Row['marks'], baselineDecisions: number): Family {
  const name = 'decisions on file tools, 100 rules'
  return {
    name: `policy, beside ${against}`,
    rows: [{ name, unit: '/s', comparedWith: `${against}, the same rules and protected paths`, marks }],
    warmUps: 2,
    async open() {
      const judge = await open()
      agree(judge)
      return {
        ours: async () => ({ [name]: rate(ours, 200_000) }),
        baseline: async () => ({ [name]: rate(judge, baselineDecisions) }),
        [Symbol.asyncDispose]: async () => undefined,
      }
    },
  }
}

const p99 = 'shell command up to 200 bytes, p99'
const rounds = 60

/**
 * The whole of a verdict by the shipped profile for unattended runs: analysis, judgement, explanation. The commands take turns, as they do at
 * work, so that none finds the processor's caches full of what it needs. Beside it the median, so that one sees how far the slowest are from it.
 */
const commands: Family = {
  name: 'policy, shell commands',
  rows: [{ name: p99, unit: 'ms', comparedWith: 'the median of the same commands', marks: [{ of: 'ours', is: 'at most', value: 0.15 }] }],
  warmUps: 10,
  async open() {
    const analyse = await createShellAnalyser()
    const shipped = parsePolicy(readFileSync(new URL('../../policies/headless-safe-sandbox.yaml', import.meta.url), 'utf8'), 'headless-safe-sandbox')
    const timeOf = (command: string): number => {
      const began = performance.now()
      evaluate(shipped, { tool: 'shell', args: { command } }, situation, analyse(command))
      return performance.now() - began
    }
    const times = (): number[] => Array.from({ length: rounds }, () => commandsUpTo200Bytes.map(timeOf)).flat().sort((one, other) => one - other)
    const at = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
    return {
      ours: async () => ({ [p99]: at(times(), 0.99) }),
      baseline: async () => ({ [p99]: at(times(), 0.5) }),
      [Symbol.asyncDispose]: async () => undefined,
    }
  },
}

export const families: readonly Family[] = [
  familyOf('a loop of precompiled picomatch globs', async () => picomatchJudge(profile.paths.blocked), [{ of: 'ratio', is: 'at least', value: 6 }], 50_000),
  familyOf('@cedar-policy/cedar-wasm', cedarJudge, [{ of: 'ratio', is: 'at least', value: 6 }], 500),
  familyOf('casbin', casbinJudge, [{ of: 'ratio', is: 'at least', value: 6 }], 100),
  commands,
]
