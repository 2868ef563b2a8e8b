import type { Fact } from '@codeforge/contracts/fact'
import type { ArtifactStore } from '@codeforge/ports/artifact-store'
import type { Checkpoint, Workspace } from '@codeforge/ports/vcs'

type CheckpointFact = Extract<Fact, { kind: 'checkpoint.created' }>

export interface Taken {
  readonly checkpoint: Checkpoint
  readonly changedFiles: readonly string[]
  /** Empty where nothing had changed. To be recorded in one unit with what caused the change. */
  readonly facts: readonly CheckpointFact[]
}

/** The checkpoints of one attempt. */
export interface Checkpoints {
  /** Id of the run's checkpoint 0. */
  readonly first: string
  readonly last: Checkpoint
  /** Snapshots the workspace; no fact where the tree is the last one's. `touched`: every path that may have changed since the last one; null: any. */
  take(label: string, touched?: readonly string[] | null): Promise<Taken>
  /** Puts the workspace back to the last checkpoint. */
  rewind(): Promise<void>
  /** Puts the workspace back to checkpoint 0 and returns its tree. */
  startOver(): Promise<string>
}

export interface CheckpointSettings {
  readonly workspace: Workspace
  /** Where packed checkpoints go for another host; null: no other host continues. */
  readonly uploadTo: ArtifactStore | null
  /** Id of checkpoint 0; null: the one made now is it. */
  readonly first: string | null
  /** Id of the checkpoint at which the workspace was opened; null: at its base. */
  readonly openedAt: string | null
  /** Nobody worked in the workspace since it was opened. */
  readonly untouched: boolean
}

export interface StartedCheckpoints {
  readonly checkpoints: Checkpoints
  /** What is to be told of the first one; it may still be packed for another host. */
  readonly facts: Promise<readonly CheckpointFact[]>
}

/** Takes the attempt's first checkpoint: checkpoint 0 of the run, or the place where an earlier attempt stood. */
export async function startCheckpoints(settings: CheckpointSettings, signal: AbortSignal): Promise<StartedCheckpoints> {
  const { workspace, openedAt } = settings
  const label = settings.first === null ? 'checkpoint 0' : 'continued'
  const made = await (settings.untouched ? workspace.checkpointOf(label, [], signal) : workspace.checkpoint(label, signal))
  // The very checkpoint goes on where nothing differs: a delivery that is repeated must make the same commit.
  const same = openedAt !== null && (await workspace.changes(openedAt, made.id, signal)).length === 0
  let last: Checkpoint = same ? { ...made, id: openedAt } : made
  const first = settings.first ?? last.id
  const checkpoints: Checkpoints = {
    first,
    get last() {
      return last
    },
    async take(next, touched = null) {
      const before = last
      const checkpoint = await (touched === null ? workspace.checkpoint(next, signal) : workspace.checkpointOf(next, touched, signal))
      if (checkpoint.tree === before.tree) return { checkpoint: before, changedFiles: [], facts: [] }
      last = checkpoint
      const changes = await workspace.changes(before.id, checkpoint.id, signal)
      return { checkpoint, changedFiles: changes.map(({ path }) => path), facts: [await factOf(settings, checkpoint, next, signal)] }
    },
    rewind: () => workspace.restore(last.id, signal),
    async startOver() {
      await workspace.restore(first, signal)
      last = await workspace.checkpoint('back at checkpoint 0', signal)
      return last.tree
    },
  }
  const facts = same ? Promise.resolve([]) : factOf(settings, last, label, signal).then((fact) => [fact])
  facts.catch(() => undefined) // told to whoever needs them
  return { checkpoints, facts }
}

async function factOf({ workspace, uploadTo }: CheckpointSettings, checkpoint: Checkpoint, label: string, signal: AbortSignal): Promise<CheckpointFact> {
  const bundle = uploadTo && (await uploadTo.put(await workspace.bundle(checkpoint.id, signal), 'application/x-git-bundle', signal))
  return { kind: 'checkpoint.created', checkpoint: checkpoint.id, tree: checkpoint.tree, label: label.slice(0, 200), stat: checkpoint.stat, bundle }
}
