import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { aProject, context, drafts } from '@codeforge/ports/testing/store/builders'
import { postgresServer } from '@codeforge/testing/postgres-server'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { embeddedPostgresStore } from '../embedded-postgres.ts'
import { postgresStore } from '../postgres.ts'

test('an installation moves from the embedded database to a server by its backup, and back', async () => {
  await using directory = await temporaryDirectory('store')
  await using embedded = await embeddedPostgresStore.open(embeddedPostgresStore.config.parse({ directory: join(directory.path, 'store') }))
  await using server = await postgresServer()
  await using outside = await postgresStore.open(postgresStore.config.parse({ url: server.url }))
  const [there, back] = [join(directory.path, 'there'), join(directory.path, 'back')]
  const project = aProject()

  await embedded.migrate(() => Promise.resolve())
  await embedded.projects.insert(project)
  const first = await embedded.events.append('system', 0, drafts(3), context)
  await embedded.backup(there, AbortSignal.timeout(60_000))
  // Into a database that nobody has migrated.
  await outside.restore(there, AbortSignal.timeout(60_000))
  const second = await outside.events.append('system', 3, drafts(2), context)
  await outside.backup(back, AbortSignal.timeout(60_000))
  await embedded.restore(back, AbortSignal.timeout(60_000))

  assert.deepEqual(await embedded.projects.get(project.id), project)
  assert.deepEqual(await embedded.events.readAll(0, 10), [...first, ...second])
})
