import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { checkExamples } from '@codeforge/domain/policy/examples'
import type { PolicyChange } from '@codeforge/core/ports'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import { shipped } from '../shipped.ts'
import { openPolicyCatalogue } from './policy-catalogue.ts'

const analyse = await createShellAnalyser()

/** A small profile that lets one program run. */
function profileText(name: string, program = 'echo', example = `${program} x`): string {
  return `# kept as written
name: ${name}
description: For tests.
rules:
  - { id: one, decision: allow, when: { tools: [shell], commands: [{ program: ${program} }] }, because: it only prints }
termination: { kind: max-turns, turns: 5 }
maxCostMicroUsd: 1000
examples:
  - { call: ${example}, decision: allow }
`
}

async function openScene() {
  await using stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'codeforge-policies-'))
  stack.defer(async () => rm(directory, { recursive: true, force: true }))
  const checked: string[] = []
  const check = (profile: Parameters<typeof checkExamples>[0]) => {
    checked.push(profile.name)
    return checkExamples(profile, analyse).map(({ where, got }) => `${where}: got ${got}`)
  }
  const catalogue = stack.use(await openPolicyCatalogue({ shipped: shipped.policies, directory, keptYaml: join(directory, 'absent', 'kept.json'), secret: 'secret', check, warn: () => undefined }))
  const changes: PolicyChange[] = []
  let wake = (): void => undefined
  stack.use(catalogue.onChange((change) => {
    changes.push(change)
    wake()
  }))
  const owned = stack.move()
  return {
    directory, catalogue, changes, checked,
    write: async (name: string, text: string) => writeFile(join(directory, name), text),
    /** Waits until so many changes were told. */
    async told(count: number) {
      while (changes.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        if (changes.length < count) await promise
      }
      return changes.map((change) => (change.kind === 'rejected' ? `rejected, in force ${change.inForce ?? 'none'}` : `${change.kind} ${change.name}`))
    },
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

const code = (expected: string) => (error: unknown) => error instanceof CodeForgeError && error.code === expected

describe('the policy catalogue', () => {
  test('a file that is put into the directory comes into force, is changed and goes, without a restart', async () => {
    await using scene = await openScene()
    await scene.write('mine.yaml', profileText('mine'))
    assert.deepEqual(await scene.told(1), ['loaded mine'])
    assert.equal(scene.catalogue.get('mine')?.rules.length, 1)
    await scene.write('mine.yaml', profileText('mine', 'printf'))
    assert.deepEqual(await scene.told(2), ['loaded mine', 'loaded mine'])
    assert.equal(scene.catalogue.get('mine')?.rules[0]?.when.commands?.[0]?.program, 'printf')
    await rm(join(scene.directory, 'mine.yaml'))
    assert.deepEqual(await scene.told(3), ['loaded mine', 'loaded mine', 'removed mine'])
    assert.equal(scene.catalogue.get('mine'), undefined)
  })

  test('a broken file keeps the last good version and says what is wrong', async () => {
    await using scene = await openScene()
    await scene.write('mine.yaml', profileText('mine'))
    await scene.told(1)
    await scene.write('mine.yaml', profileText('mine', 'echo', 'rm -rf /'))
    assert.deepEqual(await scene.told(2), ['loaded mine', 'rejected, in force mine'])
    assert.equal(scene.catalogue.get('mine')?.rules.length, 1)
    assert.match(scene.catalogue.rejected()[0]?.problems[0] ?? '', /examples\[0\]/)
    await scene.write('mine.yaml', profileText('mine', 'printf'))
    await scene.told(3)
    assert.deepEqual(scene.catalogue.rejected(), [])
  })

  test('a file that was never good is not in force', async () => {
    await using scene = await openScene()
    await scene.write('other.yml', 'name: [')
    assert.deepEqual(await scene.told(1), ['rejected, in force none'])
  })

  test('a file cannot take the name of a shipped profile', async () => {
    await using scene = await openScene()
    await scene.write('sly.yaml', profileText('plan-readonly'))
    await scene.told(1)
    assert.match(scene.catalogue.rejected()[0]?.problems.join() ?? '', /taken/)
    assert.notEqual(scene.catalogue.get('plan-readonly')?.description, 'For tests.')
  })

  test('a profile that is saved is a file with its comments, and is deleted with it', async () => {
    await using scene = await openScene()
    await scene.catalogue.save(profileText('mine'))
    assert.equal(scene.catalogue.get('mine')?.name, 'mine')
    assert.deepEqual(scene.checked, ['mine'], 'its examples are run once')
    assert.equal(await scene.catalogue.source('mine'), profileText('mine'))
    assert.equal(await readFile(join(scene.directory, 'mine.yaml'), 'utf8'), profileText('mine'))
    await scene.catalogue.remove('mine')
    assert.deepEqual([scene.catalogue.get('mine'), await readdir(scene.directory)], [undefined, []])
  })

  test('a profile is saved to the file it came from', async () => {
    await using scene = await openScene()
    await scene.write('anything.yaml', profileText('mine'))
    await scene.told(1)
    await scene.catalogue.save(profileText('mine', 'printf'))
    assert.deepEqual(await readdir(scene.directory), ['anything.yaml'])
  })

  test('what does not hold is not saved, and shipped profiles stay', async () => {
    await using scene = await openScene()
    await assert.rejects(scene.catalogue.save(profileText('mine', 'echo', 'rm -rf /')), code('policy-invalid'))
    await assert.rejects(scene.catalogue.save(profileText('plan-readonly')), code('policy-protected'))
    await assert.rejects(scene.catalogue.save(profileText('mine'), ({ name }) => { throw new CodeForgeError('conflict', name) }), code('conflict'))
    await assert.rejects(scene.catalogue.remove('plan-readonly'), code('policy-protected'))
    await assert.rejects(scene.catalogue.remove('nobody'), code('policy-not-found'))
    assert.deepEqual(await readdir(scene.directory), [])
  })
})
