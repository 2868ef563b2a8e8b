import { CodeForgeError, ErrorCode } from '@codeforge/contracts/error-code'
import type { SemanticPorts } from '@codeforge/context/semantic/settings'

/** Ports that the thread reaches through the process: there the network, the mask and the ledger are. */
export type ThreadPorts = Pick<SemanticPorts, 'embeddings' | 'vectors'>

/** One call of a port, without its signal. */
export type PortCall =
  | { readonly method: 'embed'; readonly args: readonly [Parameters<ThreadPorts['embeddings']['embed']>[0]] }
  | { readonly method: 'use'; readonly args: readonly [] }
  | { readonly method: 'absent'; readonly args: readonly [string, readonly string[]] }
  | { readonly method: 'put'; readonly args: readonly [string, Parameters<ThreadPorts['vectors']['put']>[1]] }
  | { readonly method: 'remove'; readonly args: readonly [string, readonly string[]] }
  | { readonly method: 'nearest'; readonly args: readonly [string, Float32Array, number] }

/** What a call came to, as it travels. */
export type PortResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly details: CodeForgeError['details'] }

/** Makes a call and puts what it comes to in a form that travels between threads. */
export async function performCall(ports: ThreadPorts | null, call: PortCall, signal: AbortSignal): Promise<PortResult> {
  try {
    if (ports === null) throw new CodeForgeError('llm-not-configured', 'No embeddings endpoint is configured.')
    return { ok: true, value: await dispatch(ports, call, signal) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return error instanceof CodeForgeError ? { ok: false, code: error.code, message, details: error.details } : { ok: false, code: 'internal', message, details: {} }
  }
}

async function dispatch({ embeddings, vectors }: ThreadPorts, call: PortCall, signal: AbortSignal): Promise<unknown> {
  switch (call.method) {
    case 'embed':
      return embeddings.embed(...call.args, signal)
    case 'use':
      return embeddings.use()
    case 'absent':
      return vectors.absent(...call.args, signal)
    case 'put':
      return vectors.put(...call.args, signal)
    case 'remove':
      return vectors.remove(...call.args, signal)
    case 'nearest':
      return vectors.nearest(...call.args, signal)
    default:
      return call satisfies never
  }
}

/** Sends a call and waits for what it comes to. */
export type SendCall = (call: PortCall, signal: AbortSignal | null) => Promise<PortResult>

/** The ports as the thread sees them. */
export function portsOver(send: SendCall): ThreadPorts {
  const call = async <Value>(what: PortCall, signal: AbortSignal | null): Promise<Value> => {
    signal?.throwIfAborted()
    const result = await send(what, signal)
    signal?.throwIfAborted()
    if (result.ok) return result.value as Value
    throw new CodeForgeError(ErrorCode.safeParse(result.code).data ?? 'internal', result.message, { details: result.details })
  }
  return {
    embeddings: {
      embed: async (request, signal) => call({ method: 'embed', args: [request] }, signal),
      use: async () => call({ method: 'use', args: [] }, null),
    },
    vectors: {
      absent: async (collection, ids, signal) => call({ method: 'absent', args: [collection, ids] }, signal),
      put: async (collection, entries, signal) => call({ method: 'put', args: [collection, entries] }, signal),
      remove: async (collection, ids, signal) => call({ method: 'remove', args: [collection, ids] }, signal),
      nearest: async (collection, vector, top, signal) => call({ method: 'nearest', args: [collection, vector, top] }, signal),
    },
  }
}
