export type { App, RouteContext } from './app.ts'
export { callerOf, signalOf } from './request-context.ts'
export { write } from './write.ts'
