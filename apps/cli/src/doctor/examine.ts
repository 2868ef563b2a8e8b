import { CodeForgeError, errorCatalogue } from '@codeforge/contracts/error-code'
import { openInstallation } from '@codeforge/host/installation'
import type { Installation } from '@codeforge/host/installation'
import { findHost } from '../api/connect.ts'
import type { ConnectOptions } from '../api/connect.ts'
import { fail, ok } from './check.ts'
import type { Finding } from './check.ts'
import { checkGit, checkNode } from './programs.ts'
import { checkDisk, checkFacts, checkModel, checkQueue, checkSandboxes, checkStore } from './services.ts'

/** Checks everything, one after the other. Takes no lock but for a moment where nobody is host. */
export async function examine(globals: ConnectOptions): Promise<Finding[]> {
  const programs = [checkNode(process.versions.node), await checkGit()]
  const installation = await openInstallation({
    environment: process.env,
    ...(globals.config !== undefined && { configFile: globals.config }),
    ...(globals.data !== undefined && { dataDirectory: globals.data }),
  }).catch((error: unknown) => error as Error)
  if (installation instanceof Error) {
    const help = errorCatalogue[installation instanceof CodeForgeError ? installation.code : 'internal'].help
    return [...programs, fail('configuration', installation.message, help)]
  }
  return [...programs, ok('configuration', 'valid'), ...await examineServices(installation, globals)]
}

async function examineServices(installation: Installation, globals: ConnectOptions): Promise<Finding[]> {
  const running = await findHost(globals)
  return [
    ...await checkDisk(installation),
    await checkFacts(installation),
    await checkStore(installation, running),
    await checkQueue(installation),
    await checkModel(installation),
    ...await checkSandboxes(installation),
  ]
}
