import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { describeSandboxContract } from '@codeforge/ports/testing/sandbox'
import { bubblewrapSandbox } from './bubblewrap.ts'

const open = (): ReturnType<typeof bubblewrapSandbox.open> => bubblewrapSandbox.open(bubblewrapSandbox.config.parse({ installation: `bubblewrap-${String(process.pid)}` }))

await using engine = await open()
const problem = await engine.check(AbortSignal.timeout(20_000))
if (problem === null) {
  describeSandboxContract('bubblewrap', open)
  describe('beside so many sandboxes that each gets a namespace with few mounts', () => {
    const others = new AsyncDisposableStack()
    before(async () => {
      const workspace = await mkdtemp(join(tmpdir(), 'codeforge-crowd-'))
      others.defer(async () => rm(workspace, { recursive: true }))
      const crowd = others.use(await open())
      for (let attempt = 1; attempt <= 24; attempt += 1) others.use(await crowd.open({ runId: 'crowd', attempt, workspace, readable: [], guarded: [], hidden: [], network: 'none', limits: {} }, AbortSignal.timeout(20_000)))
    })
    after(async () => others.disposeAsync())
    describeSandboxContract('bubblewrap in a crowd', open)
  })
} else test('sandbox contract: bubblewrap', { skip: problem }, () => undefined)
