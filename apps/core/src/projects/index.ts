export { projectRoutes } from './routes.ts'
export { createProject } from './create-project.ts'
