export { policyRoutes } from './routes.ts'
export { recordPolicyChanges } from './record-changes.ts'
