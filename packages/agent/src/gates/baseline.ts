import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GateSpec } from '@codeforge/contracts/gate'
import type { Receipt } from '@codeforge/contracts/receipt'
import type { Agent } from '../run/session.ts'
import { GateRun, runGate } from './gate-run.ts'
import { countsOf } from './reports/report.ts'

/** How each gate came out at checkpoint 0, by name. */
export type Baselines = ReadonlyMap<string, GateRun>

/** Runs every gate on the untouched repository, or knows how it came out there: what a change breaks or hides shows only in comparison. */
export async function baselinesOf(agent: Agent): Promise<Baselines> {
  const baselines = new Map<string, GateRun>()
  for (const gate of agent.work.gates) {
    const known = agent.progress.baselines.find((receipt) => receipt.gate === gate.name)
    baselines.set(gate.name, known ? await recalled(agent, gate, known) : await taken(agent, gate))
  }
  return baselines
}

/** Of an earlier attempt: the cache of this host knows the tests by name, the receipt alone only their numbers. */
async function recalled(agent: Agent, gate: GateSpec, receipt: Receipt): Promise<GateRun> {
  const cached = await readCache(cachePath(agent, gate, receipt.tree))
  return cached ?? fromReceipt(receipt)
}

function fromReceipt({ exitCode, durationMs, tree, counts, reason }: Receipt): GateRun {
  const report = counts && { format: counts.format, passed: counts.passed, failed: counts.failed, skipped: counts.skipped, tests: null }
  return { exitCode, ending: reason, durationMs, tree, report }
}

async function taken(agent: Agent, gate: GateSpec): Promise<GateRun> {
  const path = cachePath(agent, gate, agent.checkpoints.last.tree)
  await agent.outbox.add({ kind: 'gate.started', gate: gate.name, command: gate.command, baseline: true })
  const run = (await readCache(path)) ?? (await runFresh(agent, gate, path))
  const passed = run.exitCode === 0 && (run.report?.failed ?? 0) === 0
  await agent.outbox.add({ kind: passed ? 'gate.passed' : 'gate.failed', baseline: true, receipt: receiptOf(gate, run, passed) })
  return run
}

async function runFresh(agent: Agent, gate: GateSpec, path: string): Promise<GateRun> {
  const { exitCode, ending, durationMs, tree, report, changed } = await runGate(agent, gate)
  if (changed.length > 0) await agent.checkpoints.rewind()
  const run: GateRun = { exitCode, ending, durationMs, tree, report }
  // One that was killed says nothing about the tree.
  if (exitCode !== null) await writeCache(path, run)
  return run
}

function receiptOf(gate: GateSpec, run: GateRun, passed: boolean): Receipt {
  return {
    gate: gate.name, command: gate.command, passed, reason: `Before the change: ${run.ending}.`, exitCode: run.exitCode, durationMs: run.durationMs,
    tree: run.tree, output: null, counts: run.report && countsOf(run.report), baseline: null, definitionChanges: [],
  }
}

/** The same command on the same tree after the same setup in the same kind of sandbox comes out the same. */
function cachePath({ config, work }: Agent, gate: GateSpec, tree: string): string {
  const key = JSON.stringify([work.projectId, tree, gate.command, gate.report ?? null, work.setup, work.policy.sandbox, process.platform, process.arch])
  return join(config.cacheDirectory, 'baselines', `${createHash('sha256').update(key).digest('hex')}.json`)
}

async function readCache(path: string): Promise<GateRun | null> {
  try {
    return GateRun.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return null
  }
}

async function writeCache(path: string, run: GateRun): Promise<void> {
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(temporary, JSON.stringify(run))
  await rename(temporary, path)
}
