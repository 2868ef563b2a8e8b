import { describeSandboxContract } from '@codeforge/ports/testing/sandbox'
import { mountSandbox } from './mount.ts'

describeSandboxContract('mount', () => mountSandbox.open(mountSandbox.config.parse({ installation: `mount-${String(process.pid)}` })), { skip: ['isolation'] })
