import { z } from 'zod'

interface ErrorEntry {
  readonly status: number
  readonly retryable: boolean
  readonly help: string
}

const entry = (status: number, retryable: boolean, help: string): ErrorEntry => ({ status, retryable, help })

/** Every error code: its HTTP status, whether trying again may help, and what the reader can do. `docs/errors.md` mirrors it. */
export const errorCatalogue = {
  'internal': entry(500, false, 'This is a fault of CodeForge. The log has the details under the request id.'),
  'invalid-input': entry(400, false, 'Correct the fields named in details and send it again.'),
  'invalid-config': entry(400, false, 'Correct the setting that is named; codeforge.yaml.example shows every setting.'),
  'unauthorized': entry(401, false, 'Send the token from the data directory as "Authorization: Bearer ...", or open the link that `codeforge start` printed.'),
  'forbidden': entry(403, false, 'The request came from another host or page. Use the address that `codeforge start` printed.'),
  'not-found': entry(404, false, 'Check the id; `codeforge runs` lists what exists.'),
  'unsupported-media-type': entry(415, false, 'Send JSON with "Content-Type: application/json".'),
  'stale-version': entry(409, false, 'Somebody changed it meanwhile. Read it again and repeat your change.'),
  'conflict': entry(409, false, 'The present state does not allow this; the message says why.'),
  'idempotency-mismatch': entry(422, false, 'This Idempotency-Key was used with another body. Use a new key.'),
  'payload-too-large': entry(413, false, 'Send less at once; the limit is in the message.'),
  'rate-limited': entry(429, true, 'Wait for the seconds in Retry-After.'),
  'unavailable': entry(503, true, 'A service that is needed does not answer. `codeforge doctor` says which.'),
  'cancelled': entry(499, false, 'It was cancelled.'),
  'timeout': entry(504, true, 'It took longer than its limit.'),
  'unsupported': entry(501, false, 'This adapter cannot do that; the message names one that can, where there is one.'),
  'data-too-new': entry(500, false, 'A newer CodeForge wrote this data. Update CodeForge, or restore a backup.'),
  'data-locked': entry(409, true, 'Another CodeForge process is the host of this data directory.'),
  'store-unavailable': entry(503, true, 'The database does not answer. `codeforge doctor` says what to do.'),
  'queue-unavailable': entry(503, true, 'The queue does not answer. Runs continue when it is back.'),
  'disk-full': entry(507, true, 'Free some space, or run `codeforge gc`.'),
  'llm-not-configured': entry(422, false, 'Set CODEFORGE_LLM_BASE_URL and, if the endpoint wants one, CODEFORGE_LLM_API_KEY; or `llm.baseUrl` in codeforge.yaml.'),
  'llm-unauthorized': entry(502, false, 'The model endpoint refused the key. Check CODEFORGE_LLM_API_KEY.'),
  'llm-rate-limited': entry(502, true, 'The provider limits the rate. It is tried again after the time it asked for.'),
  'llm-quota': entry(502, false, 'The provider says that the quota or credit is used up.'),
  'llm-overloaded': entry(502, true, 'The provider is overloaded. It is tried again.'),
  'llm-unreachable': entry(502, true, 'The model endpoint does not answer. Check its address and that it runs.'),
  'llm-invalid-reply': entry(502, true, 'The model endpoint sent something that is not a reply, or cut it off.'),
  'llm-bad-request': entry(502, false, 'The model endpoint refused the request; its message says why.'),
  'llm-context-overflow': entry(502, false, 'The conversation is longer than the model allows. Choose a model with more context or a mode with a stricter history.'),
  'git-failed': entry(500, false, 'Read the message: it is what git said.'),
  'repository-not-found': entry(422, false, 'Check the path or address of the repository.'),
  'repository-empty': entry(422, false, 'The repository has no commit yet. Make one first.'),
  'branch-exists': entry(409, false, 'The branch exists already and points elsewhere. Delete or rename it.'),
  'workspace-failed': entry(500, true, 'The workspace could not be made; the message says why.'),
  'sandbox-unavailable': entry(422, false, 'The policy demands a sandbox and none is available. Install bubblewrap (`apt-get install bubblewrap`), or choose a profile that does not demand one.'),
  'sandbox-failed': entry(500, false, 'The sandbox could not be started; the message says why.'),
  'setup-failed': entry(422, false, 'A setup command failed. Its output is in the run.'),
  'gate-failed': entry(422, false, 'A gate did not pass. Its receipt is in the run.'),
  'delivery-failed': entry(422, false, 'The message says why. The change is kept: `codeforge diff` shows it, `codeforge apply` takes it into your files.'),
  'policy-invalid': entry(422, false, 'The policy profile is not valid or one of its examples does not come out as written.'),
  'policy-protected': entry(409, false, 'Shipped profiles cannot be changed or deleted. Save a copy under another name.'),
  'policy-not-found': entry(404, false, '`GET /api/v1/policies` lists the profiles.'),
  'secret-in-change': entry(422, false, 'Nothing was delivered. Replace the value where it was real, tell the agent to read it from the environment, and run again.'),
  'policy-denied': entry(422, false, 'The policy does not allow it.'),
  'mode-not-found': entry(404, false, '`GET /api/v1/modes` lists the modes.'),
  'budget-exhausted': entry(422, false, 'Raise the budget of the run, the project or the day.'),
  'limit-reached': entry(422, false, 'The run reached a limit of its profile.'),
  'run-stalled': entry(422, false, 'The agent repeated itself without progress.'),
  'lease-lost': entry(409, false, 'Another worker continues the run.'),
  'worker-lost': entry(500, true, 'Three workers were lost while they worked on this run. Look at their logs.'),
  'artifact-corrupt': entry(500, false, 'Stored bytes do not match their digest. Restore them from a backup.'),
  'quota-exceeded': entry(507, false, 'The data directory is over its quota. Run `codeforge gc`, or raise `storage.quotaGb`.'),
  'too-many-runs': entry(429, true, 'Too many runs wait already. Try again later, or raise `runs.maxQueued`.'),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorCatalogue
export const ErrorCode = z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]])

/** Codes whose messages say all that a person can do, or whose help is written for clients of the API. */
const saysItself: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid-input', 'not-found', 'conflict', 'unavailable', 'unsupported', 'cancelled', 'mode-not-found', 'policy-not-found', 'policy-denied',
  'git-failed', 'workspace-failed', 'sandbox-failed', 'llm-bad-request',
])

/** What a person can do about a code, where the message does not say so already; null for what is no code, too. */
export function adviceOf(code: string): string | null {
  const known = ErrorCode.safeParse(code).data
  return known === undefined || saysItself.has(known) ? null : errorCatalogue[known].help
}

/** An error that a user can act on. `message` says what happened, the catalogue's help what to do. */
export class CodeForgeError extends Error {
  readonly code: ErrorCode
  readonly details: z.output<typeof ErrorDetails>

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: z.output<typeof ErrorDetails> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CodeForgeError'
    this.code = code
    this.details = options.details ?? {}
  }

  get retryable(): boolean {
    return errorCatalogue[this.code].retryable
  }
}

export const ErrorDetails = z.record(z.string(), z.json())

/** The body of every refused request. */
export const ErrorBody = z.strictObject({
  error: z.strictObject({
    code: ErrorCode,
    message: z.string(),
    help: z.string(),
    details: ErrorDetails,
    requestId: z.string(),
  }),
})
export type ErrorBody = z.output<typeof ErrorBody>
