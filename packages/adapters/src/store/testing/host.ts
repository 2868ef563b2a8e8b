// A host for tests to kill: opens the embedded store in the directory given, says so, and stays.
import { embeddedPostgresStore } from '../embedded-postgres.ts'

const store = await embeddedPostgresStore.open(embeddedPostgresStore.config.parse({ directory: process.argv[2] }))
await store.migrate(() => Promise.resolve())
await store.settings.set('host', 'was here')
process.stdout.write('open\n')
setInterval(() => undefined, 60_000)
