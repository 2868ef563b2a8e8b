export { modeRoutes } from './routes.ts'
