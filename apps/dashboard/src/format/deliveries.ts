import { DeliverMode } from '@codeforge/contracts/run-request'

/** How a form offers to deliver: what core can do so far. */
export const deliveries = DeliverMode.exclude(['pr']).options
