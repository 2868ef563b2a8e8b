import type { TenantId } from '@codeforge/contracts/ids'

export interface StoredReply {
  readonly status: number
  readonly body: string
}

export type IdempotencyClaim =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly reply: StoredReply }
  /** The key was used with another method, path or body. */
  | { readonly kind: 'mismatch' }

export interface IdempotencyStore {
  /** Claims a key inside the transaction that does the work; a second caller waits for the first one's transaction. */
  claim(tenant: TenantId, key: string, fingerprint: string, now: Date): Promise<IdempotencyClaim>
  complete(tenant: TenantId, key: string, reply: StoredReply): Promise<void>
  deleteBefore(time: Date): Promise<number>
}
