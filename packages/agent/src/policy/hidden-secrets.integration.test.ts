import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { bubblewrapSandbox } from '@codeforge/adapters/sandbox/bubblewrap'
import { unshareSandbox } from '@codeforge/adapters/sandbox/unshare'
import type { PolicyProfile } from '@codeforge/contracts/policy-profile'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import type { NamedSandbox } from '../run/agent-ports.ts'
import { shippedProfile } from '../testing/corpus.ts'
import { sample, setScene } from '../testing/scene.ts'

const canary = 'canary-71c0de5a'
const secret = `KEY=${canary}\n`
const analyse = await createShellAnalyser()
const shell = (command: string) => ({ toolCalls: [{ tool: 'shell', args: { command } }] })
const options = { installation: `secrets-${process.pid}`, scratch: tmpdir(), searchPath: dirname(process.execPath) }

/** What the project's own test prints of a file that it has no business with. */
const curious = `import { test } from 'node:test'\nimport { readFileSync } from 'node:fs'\ntest('looks', () => { try { console.log(readFileSync('.env', 'utf8')) } catch (error) { console.log(error.code) } })\n`

interface Seen { readonly events: string; readonly left: string; readonly denied: number; readonly status: string }

/** Works where the user works, with a secret that git ignores, and looks at it in ways that name nothing. */
async function lookAround(sandbox: NamedSandbox, policy: PolicyProfile): Promise<Seen> {
  const files = { ...sample, '.gitignore': '.env\n', '.env.example': 'KEY=example-value\n', 'test/curious.test.js': curious }
  const turns = [shell('grep -r KEY .'), shell('npm test'), shell('git add -A && git status --short'), { text: 'I looked.' }]
  await using scene = await setScene({ files, turns, work: { policy, termination: policy.termination, deliver: { mode: 'none', branch: 'x', title: 'x' } } })
  writeFileSync(join(scene.repository, '.env'), secret)
  Object.assign(scene.ports, { analyse, sandboxes: [sandbox] })
  Object.assign(scene.work.workspace, { mode: 'local_path' })
  await scene.attempt()
  const recorded = scene.core.events(scene.work.runId)
  return {
    events: JSON.stringify(recorded), left: readFileSync(join(scene.repository, '.env'), 'utf8'),
    denied: recorded.filter(({ kind }) => kind === 'toolcall.denied').length, status: scene.git('status', '--short'),
  }
}

const profile = shippedProfile('headless-safe-sandbox')

for (const sandbox of [bubblewrapSandbox, unshareSandbox]) {
  test(`under ${sandbox.name} a recursive search and the project's own tests cannot open what git ignores and the profile blocks`, async () => {
    await using engine = await sandbox.open(sandbox.config.parse(options))
    const { events, left, denied, status } = await lookAround({ name: sandbox.name, engine }, profile)
    assert.ok(!events.includes(canary))
    assert.ok(events.includes('example-value'))
    assert.deepEqual({ left, denied, status }, { left: secret, denied: 0, status: '' })
  })
}

test('a profile can let them be opened', async () => {
  await using engine = await bubblewrapSandbox.open(bubblewrapSandbox.config.parse(options))
  const { events } = await lookAround({ name: 'bubblewrap', engine }, { ...profile, sandbox: { ...profile.sandbox, hidesBlocked: false } })
  assert.ok(events.includes(canary))
})
