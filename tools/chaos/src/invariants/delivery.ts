import { byStream } from '../observation.ts'
import type { AcceptedRun, Invariant, Observation, StoredEvent, Violation } from '../observation.ts'

const branchOf = (id: string): string => `refs/heads/codeforge/${id}`

/** A run that succeeded delivered once, in the way it was asked to; no other run delivered more than once. */
export const oneDelivery: Invariant = (observation) => {
  const logs = byStream(observation)
  return observation.accepted.flatMap(({ id, plan }) => {
    const log = logs.get(`run.${id}`) ?? []
    const deliveries = log.filter(({ kind }) => kind === 'delivery.completed')
    const succeeded = log.some(({ kind }) => kind === 'run.succeeded')
    const wanted = succeeded && plan.deliver !== 'none' ? 1 : 0
    if (succeeded ? deliveries.length === wanted : deliveries.length <= 1) return []
    return [{ invariant: 'one-delivery', runId: id, detail: `${deliveries.length} deliveries where ${wanted} should be` }]
  })
}

/** A delivered branch is there, one commit on the start, and holds each line of each call once, in order. */
export const branchesHoldTheWork: Invariant = (observation) => {
  const logs = byStream(observation)
  return observation.accepted.flatMap((run) => {
    const delivered = (logs.get(`run.${run.id}`) ?? []).find(({ kind }) => kind === 'delivery.completed')
    return delivered === undefined || run.plan.deliver !== 'branch' ? [] : judgeBranch(observation, run, delivered)
  })
}

function judgeBranch({ repositories }: Observation, { id, plan }: AcceptedRun, { data }: StoredEvent): readonly Violation[] {
  const wrong = (detail: string) => [{ invariant: 'branches-hold-the-work', runId: id, detail }]
  if (data['branch'] !== `codeforge/${id}`) return wrong(`the log names the branch ${String(data['branch'])}`)
  const places = repositories.filter(({ refs }) => branchOf(id) in refs)
  if (places.length !== 1) return wrong(`its branch is in ${places.length} repositories`)
  const journal = places[0]?.refs[branchOf(id)]
  const expected = plan.calls.map(({ name }) => `${name}\n`).join('')
  return journal === expected ? [] : wrong(`its branch holds ${JSON.stringify(journal)}, not ${JSON.stringify(expected)}`)
}

/** A user's repository is sound and has got nothing but the branches of runs: no other ref, worktree, index or file changed. */
export const repositoriesAreUntouched: Invariant = ({ repositories, accepted }) => repositories.flatMap((repository) => {
  const allowed = new Set(accepted.map(({ id }) => branchOf(id)))
  const strange = Object.keys(repository.refs).filter((name) => !allowed.has(name))
  const faults = [
    ...(repository.damage === '' ? [] : [`fsck: ${repository.damage}`]),
    ...(strange.length === 0 ? [] : [`strange refs: ${strange.join(', ')}`]),
    ...(repository.strange.length === 0 ? [] : [`not one commit on the start: ${repository.strange.join(', ')}`]),
    ...(repository.worktrees === 1 ? [] : [`${repository.worktrees} worktrees`]),
    ...(repository.status === '' ? [] : [`changed files: ${repository.status}`]),
    ...(repository.indexChanged ? ['another index'] : []),
  ]
  return faults.map((detail) => ({ invariant: 'repositories-are-untouched', runId: null, detail: `${repository.path}: ${detail}` }))
})
