export { socketRoute, streamRoute } from './routes.ts'
export { startStreamHub } from './hub.ts'
export type { StreamHub } from './hub.ts'
