/** A failure of the bootstrap that the user can do something about; `message` says what. */
export class BootstrapError extends Error {}

const causes = [
  [/ENOSPC|no space left/i, 'The disk is full. Free about 2 GB and try again.'],
  [/EACCES|EPERM|permission denied/i, 'A file cannot be written. Check that you own this checkout and your home directory.'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network|fetch failed|dns error|error sending request/i,
    'The npm registry cannot be reached. Check the connection, the proxy settings and `npm ping`, then try again.',
  ],
  [/OUTDATED_LOCKFILE|frozen-lockfile/i, 'pnpm-lock.yaml does not match a package.json. Run `.runtime/bin/pnpm install` and commit the result.'],
  [/IGNORED_BUILDS/i, 'A dependency has an install script that nobody judged yet. List it under allowBuilds in pnpm-workspace.yaml.'],
  [/E404|ETARGET|404 Not Found/i, 'The npm registry does not carry a package that is needed. Check `npm config get registry`.'],
]

/** Turns the output of a failed command into one sentence about what to do, followed by the end of that output unless it was shown already. */
export function explain(what, output, shown) {
  const known = causes.find(([pattern]) => pattern.test(output))
  const tail = output.trim().split('\n').slice(-12).join('\n')
  const advice = known?.[1] ?? `The output ${shown ? 'above' : 'below'} says why.`
  return new BootstrapError(`${what} failed. ${advice}${shown ? '' : `\n${tail}`}`)
}
