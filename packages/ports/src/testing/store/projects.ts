import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { GateSpec } from '@codeforge/contracts/gate'
import { defaultTenant, TenantId } from '@codeforge/contracts/ids'
import { aProject, aTask, newId } from './builders.ts'
import { insertProject, insertRun, type StoreTest } from './subject.ts'

const otherTenant = TenantId.parse('00000000-0000-7000-8000-000000000002')

export function describeProjects(test: StoreTest): void {
  describe('projects', () => {
    test('a project reads back as it was written, by id, slug and path', async ({ projects }) => {
      const project = await insertProject({ projects }, {
        slug: 'sample', localPath: '/repositories/ünïcode', maxConcurrentRuns: 3, maxCostPerDayMicroUsd: 9_000_000_000,
        gates: [GateSpec.parse({ name: 'test', command: 'npm test' })], demonstration: true,
      })
      assert.deepEqual(await projects.get(project.id), project)
      assert.deepEqual(await projects.findBySlug(defaultTenant, 'sample'), project)
      assert.deepEqual(await projects.findByLocalPath(defaultTenant, '/repositories/ünïcode'), project)
      assert.deepEqual(await projects.find([project.id, newId.project()]), [project])
    })

    test('the projects of runs are found, each once', async (store) => {
      const [one, other] = [await insertProject(store), await insertProject(store)]
      const runs = [await insertRun(store, { projectId: one.id }), await insertRun(store, { projectId: one.id }), await insertRun(store, { projectId: other.id }), await insertRun(store)]
      const ids = runs.map(({ view }) => view.id)
      assert.deepEqual(new Set(await store.projects.ofRuns(ids)), new Set([one, other]))
      assert.deepEqual([await store.projects.ofRuns(ids.slice(0, 2)), await store.projects.ofRuns([])], [[one], []])
    })

    test('what is not there is null', async ({ projects }) => {
      assert.deepEqual(
        [await projects.get(newId.project()), await projects.findBySlug(defaultTenant, 'none'), await projects.findByLocalPath(defaultTenant, '/none')],
        [null, null, null])
    })

    test('a slug is taken once in a tenant', async ({ projects }) => {
      await insertProject({ projects }, { slug: 'sample' })
      await assert.rejects(projects.insert(aProject({ slug: 'sample' })), { code: 'conflict' })
      await projects.insert(aProject({ slug: 'sample', tenant: otherTenant }))
    })

    test('an update from the expected version makes the next one', async ({ projects }) => {
      const project = await insertProject({ projects })
      assert.equal(await projects.update({ ...project, name: 'Renamed', maxConcurrentRuns: 2 }, 1), true)
      assert.deepEqual(await projects.get(project.id), { ...project, name: 'Renamed', maxConcurrentRuns: 2, version: 2 })
    })

    test('an update from another version changes nothing', async ({ projects }) => {
      const project = await insertProject({ projects })
      assert.equal(await projects.update({ ...project, name: 'Renamed' }, 7), false)
      assert.deepEqual(await projects.get(project.id), project)
    })

    test('of many updates from one version exactly one is made', async ({ projects }) => {
      const project = await insertProject({ projects })
      const made = await Promise.all(Array.from({ length: 10 }, (_, index) => projects.update({ ...project, name: `Name ${String(index)}` }, 1)))
      assert.equal(made.filter(Boolean).length, 1)
    })

    test('pages go from new to old, without a gap or a repetition while others are added', async ({ projects }) => {
      const inserted = []
      for (let count = 0; count < 5; count += 1) inserted.push(await insertProject({ projects }))
      await insertProject({ projects }, { tenant: otherTenant })
      const first = await projects.list(defaultTenant, { limit: 2 })
      await insertProject({ projects })
      const second = await projects.list(defaultTenant, { limit: 2, cursor: first.nextCursor ?? '' })
      const third = await projects.list(defaultTenant, { limit: 2, cursor: second.nextCursor ?? '' })
      assert.deepEqual([...first.items, ...second.items, ...third.items], inserted.toReversed())
      assert.equal(third.nextCursor, null)
    })

    test('a full last page says that it is the last', async ({ projects }) => {
      const project = await insertProject({ projects })
      assert.deepEqual(await projects.list(defaultTenant, { limit: 1 }), { items: [project], nextCursor: null })
    })

    test('a cursor that no page gave is refused', async ({ projects }) => {
      await assert.rejects(projects.list(defaultTenant, { limit: 1, cursor: `' or 1=1` }), { code: 'invalid-input' })
    })

    test('a deleted project is gone with its tasks', async ({ projects, tasks }) => {
      const project = await insertProject({ projects })
      const task = aTask({ projectId: project.id })
      await tasks.insert(task)
      assert.deepEqual([await projects.delete(project.id), await projects.delete(project.id)], [true, false])
      assert.deepEqual([await projects.get(project.id), await tasks.get(task.id)], [null, null])
    })
  })
}

export function describeTasks(test: StoreTest): void {
  describe('tasks', () => {
    test('a task reads back as it was written', async ({ projects, tasks }) => {
      const task = aTask({ projectId: (await insertProject({ projects })).id })
      await tasks.insert(task)
      assert.deepEqual(await tasks.get(task.id), task)
      assert.equal(await tasks.get(newId.task()), null)
    })

    test('a task of a project that is not there is refused', async ({ tasks }) => {
      await assert.rejects(tasks.insert(aTask()), { code: 'not-found' })
    })

    test('an update from the expected version makes the next one, from another nothing', async ({ projects, tasks }) => {
      const task = aTask({ projectId: (await insertProject({ projects })).id })
      await tasks.insert(task)
      assert.equal(await tasks.update({ ...task, status: 'done', labels: [] }, 1), true)
      assert.equal(await tasks.update({ ...task, status: 'dropped' }, 1), false)
      assert.deepEqual(await tasks.get(task.id), { ...task, status: 'done', labels: [], version: 2 })
    })

    test('pages hold the tasks of one project, new ones first', async ({ projects, tasks }) => {
      const project = await insertProject({ projects })
      const other = await insertProject({ projects })
      const [one, two, three] = [aTask({ projectId: project.id }), aTask({ projectId: project.id }), aTask({ projectId: project.id })]
      for (const task of [one, aTask({ projectId: other.id }), two, three]) await tasks.insert(task)
      const first = await tasks.list(project.id, { limit: 2 })
      assert.deepEqual(first.items, [three, two])
      assert.deepEqual(await tasks.list(project.id, { limit: 2, cursor: first.nextCursor ?? '' }), { items: [one], nextCursor: null })
    })

    test('a task is deleted once', async ({ projects, tasks }) => {
      const task = aTask({ projectId: (await insertProject({ projects })).id })
      await tasks.insert(task)
      assert.deepEqual([await tasks.delete(task.id), await tasks.delete(task.id)], [true, false])
    })
  })
}
