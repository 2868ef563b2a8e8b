/**
 * Loaded into every test file's process: ends it when its tests are over and something that they left open (a server, a child
 * process of a test that timed out) would keep it, and with it the whole run, waiting for ever. What is left open fails the file.
 */
import { after } from 'node:test'

/** Milliseconds that a file may take to close what it opened, once its last test is over. */
const patienceMs = Number(process.env.CODEFORGE_TEST_PATIENCE_MS ?? 30_000)

if (process.env.NODE_TEST_CONTEXT?.startsWith('child')) after(endSoon)

function endSoon() {
  // Not waited for itself: a file that has closed everything ends at once.
  setTimeout(() => {
    console.error(`${process.argv[1]} did not end with its tests. Still open: ${process.getActiveResourcesInfo().join(', ')}`)
    process.exit(1)
  }, patienceMs).unref()
}
