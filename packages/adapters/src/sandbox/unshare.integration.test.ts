import { test } from 'node:test'
import { describeSandboxContract } from '@codeforge/ports/testing/sandbox'
import { unshareSandbox } from './unshare.ts'

const open = (): ReturnType<typeof unshareSandbox.open> => unshareSandbox.open(unshareSandbox.config.parse({ installation: `unshare-${String(process.pid)}` }))

await using engine = await open()
const problem = await engine.check(AbortSignal.timeout(20_000))
if (problem === null) describeSandboxContract('unshare', open)
else test('sandbox contract: unshare', { skip: problem }, () => undefined)
