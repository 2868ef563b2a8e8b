import type {
  AnnounceReply, AnnounceRequest, ClaimReply, ClaimRequest, ExtendHoldReply, ExtendHoldRequest, PermitEffectReply,
  PermitEffectRequest, RecallReply, RecallRequest, RecordReply, RecordRequest, RenewReply, RenewRequest, SecretReply, SecretRequest,
} from '@codeforge/contracts/coordination'

/** What a worker may ask of core. Every verb is idempotent: an answer that was lost is asked for again. */
export interface Coordinator {
  announce(request: AnnounceRequest, signal: AbortSignal): Promise<AnnounceReply>
  claim(request: ClaimRequest, signal: AbortSignal): Promise<ClaimReply>
  renew(request: RenewRequest, signal: AbortSignal): Promise<RenewReply>
  record(request: RecordRequest, signal: AbortSignal): Promise<RecordReply>
  extendHold(request: ExtendHoldRequest, signal: AbortSignal): Promise<ExtendHoldReply>
  recall(request: RecallRequest, signal: AbortSignal): Promise<RecallReply>
  secret(request: SecretRequest, signal: AbortSignal): Promise<SecretReply>
  permitEffect(request: PermitEffectRequest, signal: AbortSignal): Promise<PermitEffectReply>
}
