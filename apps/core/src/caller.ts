import type { Actor, RequestId, TenantId } from '@codeforge/contracts/ids'

/** Who wants something, on whose behalf and under which request id. */
export interface Caller {
  readonly tenant: TenantId
  readonly actor: Actor
  readonly requestId: RequestId
}
