import type { CodePack } from '@codeforge/contracts/code'
import { systemPrompt, userPrompt } from './prompt.ts'
import type { Agent } from './session.ts'

/** Tells the model its task: the mode's prompt, the task, and what is known of the repository. `packing` is what is shown of it. */
export async function startConversation(agent: Agent, packing: Promise<CodePack>): Promise<void> {
  const { work, tools, conversation, outbox } = agent
  const context = await contextOf(agent, packing)
  const notes = work.policy.sandbox.network === 'none' ? 'Commands have no network.' : ''
  const system = await systemPrompt({ work, tools, notes })
  const user = userPrompt(work.prompt, work.material, context)
  await outbox.add({ kind: 'conversation.started', system, user, tools: [...tools.keys()] })
  conversation.start(system, user)
}

/** A pack that fails costs the model a hint, never the run. */
async function contextOf(agent: Agent, packing: Promise<CodePack>): Promise<string> {
  const { ports, outbox, control } = agent
  try {
    const pack = await packing
    const artifact = await ports.artifactStore.put(Buffer.from(JSON.stringify(pack)), 'application/json', control.signal)
    await outbox.add({ kind: 'context.packed', artifact, tokens: pack.tokens, entries: pack.entries.length, note: pack.note })
    return pack.text
  } catch (error) {
    control.signal.throwIfAborted()
    ports.log.warn('no context was packed', { error })
    await outbox.add({ kind: 'context.packed', artifact: null, tokens: 0, entries: 0, note: 'The context could not be packed; the run goes on without.' })
    return ''
  }
}
