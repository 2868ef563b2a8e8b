/**
 * Turns "this service cannot be had here" into what `node:test` takes as `skip`: a reason, told on stderr as well.
 * Under CI nothing is skipped; the test then fails where it asks for the service.
 */
export function skipUnless(isThere: boolean, what: string, remedy: string): string | false {
  if (isThere || process.env['CI'] === 'true') return false
  const reason = `${what} cannot be had here: ${remedy}`
  process.stderr.write(`SKIPPED: ${reason}\n`)
  return reason
}
