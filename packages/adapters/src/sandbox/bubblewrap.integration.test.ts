import { test } from 'node:test'
import { describeSandboxContract } from '@codeforge/ports/testing/sandbox'
import { bubblewrapSandbox } from './bubblewrap.ts'

const open = (): ReturnType<typeof bubblewrapSandbox.open> => bubblewrapSandbox.open(bubblewrapSandbox.config.parse({ installation: `bubblewrap-${String(process.pid)}` }))

await using engine = await open()
const problem = await engine.check(AbortSignal.timeout(20_000))
if (problem === null) describeSandboxContract('bubblewrap', open)
else test('sandbox contract: bubblewrap', { skip: problem }, () => undefined)
