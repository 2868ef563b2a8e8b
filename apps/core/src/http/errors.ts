import { CodeForgeError, errorCatalogue } from '@codeforge/contracts/error-code'
import type { ErrorBody, ErrorCode } from '@codeforge/contracts/error-code'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { FastifySchemaValidationError } from 'fastify/types/schema.js'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { ZodError } from 'zod'
import type { CorePorts } from '../ports.ts'

/** The framework's own refusals in the words of the catalogue. */
const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid-input',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid-input',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid-input',
  FST_ERR_BAD_URL: 'invalid-input',
}

/** Every refusal as the catalogue has it. */
export function toCodeForgeError(error: unknown): CodeForgeError {
  if (error instanceof CodeForgeError) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = error.validation.flatMap(issuesOf)
    return new CodeForgeError('invalid-input', issues.map(({ path, message }) => `${path}: ${message}`).join('; '), { details: { issues } })
  }
  if (error instanceof ZodError) return new CodeForgeError('invalid-input', error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  const { code, statusCode, message } = error as FastifyError
  const known = code === undefined ? undefined : frameworkCodes[code]
  if (known) return new CodeForgeError(known, message)
  if (statusCode === 404) return new CodeForgeError('not-found', message)
  if (statusCode === 429) return new CodeForgeError('rate-limited', message)
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new CodeForgeError('invalid-input', message)
  return new CodeForgeError('internal', 'An unexpected error happened.', { cause: error })
}

/** The fields that are wrong, by their paths; a key that is not known is named as one. */
function issuesOf({ instancePath, message = '', params }: FastifySchemaValidationError): { path: string; message: string }[] {
  const path = instancePath.slice(1).replaceAll('/', '.')
  const { keys } = params
  const within = path === '' ? '' : `${path}.`
  if (Array.isArray(keys)) return keys.map((key) => ({ path: `${within}${key}`, message: 'is not known' }))
  return [{ path: path === '' ? '(body)' : path, message }]
}

/** The error as it goes over the wire. */
export function errorBody(error: CodeForgeError, requestId: string): ErrorBody {
  return { error: { code: error.code, message: error.message, help: errorCatalogue[error.code].help, details: error.details, requestId } }
}

export function errorHandler({ log }: Pick<CorePorts, 'log'>) {
  return async (thrown: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const error = toCodeForgeError(thrown)
    const { status } = errorCatalogue[error.code]
    if (status >= 500) log.error('request failed', { requestId: request.id, code: error.code, error: thrown })
    return reply.status(status).send(errorBody(error, request.id))
  }
}
