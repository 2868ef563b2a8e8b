export const noCounts = { passed: 0, failed: 0, skipped: 0 }

/** Adds up counts of passed, failed and skipped. */
export function sum(counts) {
  return counts.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    noCounts,
  )
}

/** Prints the counts as the last line and sets the exit code: a run in which nothing passed did not prove anything. */
export function finish(results) {
  const { passed, failed, skipped } = sum(results)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
}
