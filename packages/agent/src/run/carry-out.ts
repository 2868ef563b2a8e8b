import type { WorkResult } from '@codeforge/contracts/fact'
import { inflateConversation } from '../facts/inflate.ts'
import { baselinesOf, type Baselines } from '../gates/baseline.ts'
import { checkGates } from '../gates/check-gates.ts'
import { openPurse } from '../model/purse.ts'
import { createPolicyGate } from '../policy/gate.ts'
import { judgeOf } from '../policy/judge.ts'
import { toolsOfMode } from '../tools/bundles.ts'
import { beginPack } from './begin-pack.ts'
import { startCheckpoints, type StartedCheckpoints } from './checkpoints.ts'
import { Conversation } from './conversation.ts'
import { converse, guide } from './converse.ts'
import { deliver } from './deliver.ts'
import { failure } from './failure.ts'
import { keepUnfinished } from './keep-unfinished.ts'
import { openPlace, type OpenedPlace } from './open-place.ts'
import type { Agent, Place, Session } from './session.ts'
import { runSetup } from './setup.ts'
import { takeBack } from './take-back.ts'
import { startConversation } from './start-conversation.ts'

/**
 * The way of one attempt: workspace, setup, checkpoint, conversation, gates, delivery. `places` takes what is disposed after core was
 * told how it ended; the sandbox is gone before.
 */
export async function carryOut(session: Session, places: AsyncDisposableStack): Promise<WorkResult> {
  const opened = await openPlace(session, places)
  await setUp(session, opened)
  // At once: a sandbox that is being opened changes no file, and a checkpoint reads them only.
  const starting = start(session, opened)
  starting.catch(() => undefined) // where the sandbox does not open, that is what is told
  await using packing = isNew(session) ? beginPack(session, opened.workspace, starting.then(({ checkpoints }) => checkpoints.last)) : null
  await using sandbox = await opened.enter(session.work.policy.sandbox.network, 'agent')
  const agent = await prepare(session, await opened.at(sandbox), opened, await starting)
  // Before the gates: they may change files for a while, and a pack is made of files that stay as they are.
  await packing?.pack.catch(() => undefined)
  const baselines = await baselinesOf(agent)
  if (packing) await startConversation(agent, packing.pack)
  // Awaited here: the sandbox and the workspace must outlive the delivery.
  return await keepUnfinished(agent, () => reachDelivery(agent, baselines))
}

/** Lets the model work until every gate passes and the change is delivered, or something ends it before. */
async function reachDelivery(agent: Agent, baselines: Baselines): Promise<WorkResult> {
  for (let failures = agent.progress.gateFailures; ;) {
    const conversed = await converse(agent)
    if (conversed.kind !== 'answered') return conversed
    const checked = await checkGates(agent, baselines)
    if (checked.kind === 'passed') return deliver(agent, conversed.text)
    failures += checked.failed
    if (failures > checked.fixAttempts) {
      await takeBack(agent, checked.reason)
      return failure('gate-failed', checked.reason)
    }
    await guide(agent, checked.guidance)
  }
}

function isNew({ progress: { conversation } }: Session): boolean {
  return Array.isArray(conversation) && conversation.length === 0
}

/** Setup has a network permission of its own, so it gets a sandbox of its own. */
async function setUp(session: Session, opened: OpenedPlace): Promise<void> {
  if (session.work.setup.commands.length === 0) return
  await using sandbox = await opened.enter(session.work.setup.network, 'setup')
  await runSetup(session, await opened.at(sandbox))
  // A setup that changed recorded files must not add to what an earlier attempt left.
  if (session.progress.lastCheckpoint !== null) await opened.workspace.restore(session.progress.lastCheckpoint, session.control.signal)
}

function start({ ports, config, control, progress, work }: Session, { workspace }: OpenedPlace): Promise<StartedCheckpoints> {
  const uploadTo = config.uploadCheckpoints ? ports.artifactStore : null
  return startCheckpoints({ workspace, uploadTo, first: progress.firstCheckpoint, openedAt: progress.lastCheckpoint, untouched: work.setup.commands.length === 0 }, control.signal)
}

async function prepare(session: Session, place: Place, { workspace, sandbox }: OpenedPlace, { checkpoints, facts }: StartedCheckpoints): Promise<Agent> {
  const { ports, work, config, control, progress, outbox } = session
  await outbox.add({ kind: 'workspace.opened', baseCommit: workspace.baseCommit, tree: checkpoints.last.tree, sandbox: sandbox.name, reused: [...workspace.reused] }, ...(await facts))
  const conversation = new Conversation(await inflateConversation(progress.conversation, ports.artifactStore, control.signal))
  const judge = judgeOf(work, place.files, sandbox.engine.enforces, ports.analyse, conversation)
  return {
    ...session,
    place,
    checkpoints,
    conversation,
    tools: toolsOfMode(config.toolBundles, work.mode.tools),
    gate: createPolicyGate(judge, { attended: work.attended, answers: progress.answers, log: ports.log }),
    purse: openPurse({
      coordinator: ports.coordinator, runId: work.runId, attempt: session.attempt, slice: session.slice, price: work.model.price,
      tellCosts: () => outbox.flush(control.signal),
    }, control.signal),
    tally: { turns: progress.turns, usage: progress.usage, spentMicroUsd: progress.spentMicroUsd },
  }
}
