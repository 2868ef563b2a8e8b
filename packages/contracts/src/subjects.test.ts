import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProjectId, RunId } from './ids.ts'
import { controlSubject, coreSubject, deadSubject, jobSubject, liveSubject, parseSubject, subjectMatches } from './subjects.ts'
import { eventsSubject } from './stream-hint.ts'

const run = RunId.parse('01890000-0000-7000-8000-000000000001')
const project = ProjectId.parse('01890000-0000-7000-8000-000000000002')

test('every subject reads back into what it was made of', () => {
  const subjects = [
    jobSubject('host-a', 'run'), coreSubject('extendHold'), eventsSubject(`run.${run}`), eventsSubject('system'),
    liveSubject(project), controlSubject(run), deadSubject('run'),
  ]
  assert.deepEqual(subjects.map(parseSubject), [
    { kind: 'jobs', pool: 'host-a', jobKind: 'run' }, { kind: 'core', verb: 'extendHold' }, { kind: 'events', stream: `run.${run}` },
    { kind: 'events', stream: 'system' }, { kind: 'live', project }, { kind: 'control', run }, { kind: 'dead', jobKind: 'run' },
  ])
})

test('what is none of ours does not read', () => {
  const foreign = ['', 'jobs', 'jobs.', 'jobs.a', 'jobs.a.run.more', 'jobs.A.run', 'jobs.a.walk', 'core.sudo', 'events.', 'events.run.x', 'live.x', 'control.*', 'dead.>', 'constructor.x']
  assert.deepEqual(foreign.map(parseSubject), foreign.map(() => undefined))
})

test('a pattern matches by tokens, its last > by one or more', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['live.>', 'live.a', true], ['live.>', 'live.a.b', true], ['live.>', 'live', false], ['live.a', 'live.a', true], ['live.a', 'live.a.b', false],
    ['live.*', 'live.a', true], ['live.*', 'live.a.b', false], ['*.a.>', 'live.a.b', true], ['>', 'live.a', true],
  ]
  assert.deepEqual(cases.map(([pattern, subject]) => subjectMatches(pattern, subject)), cases.map(([, , matches]) => matches))
})
