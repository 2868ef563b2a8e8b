import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseMode, parsePolicy, parseToolBundle } from '@codeforge/domain/policy/parse'
import { checkExamples } from '@codeforge/domain/policy/examples'
import { createShellAnalyser } from '@codeforge/shell/analyser'
import { shippedProfile } from './testing/corpus.ts'

const root = new URL('../../../', import.meta.url)
const analyse = await createShellAnalyser()
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const yamlFiles = (folder: string) => readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.yaml'))

const policies = yamlFiles('policies/')
const modes = yamlFiles('modes/')
const bundles = readdirSync(new URL('tools-bundles/', root))

test('the six presets ship', () => {
  assert.deepEqual(policies.toSorted(), ['ci-fix.yaml', 'headless-permissive-sandbox.yaml', 'headless-safe-sandbox.yaml', 'plan-readonly.yaml', 'review-only.yaml', 'trusted-mount-autonomous.yaml'])
})

for (const file of policies) {
  test(`every example of ${file} comes out as written`, () => {
    const profile = parsePolicy(read(`policies/${file}`), file, shippedProfile)
    assert.equal(`${profile.name}.yaml`, file)
    assert.ok(profile.examples.length >= 30)
    assert.deepEqual(checkExamples(profile, analyse), [])
  })
}

test('the eleven modes ship with their prompts, and those that only read have no writing tool', () => {
  const writing = ['write_file', 'edit_file', 'apply_patch']
  for (const file of modes) {
    const mode = parseMode(read(`modes/${file}`), file)
    assert.equal(`${mode.id}.yaml`, file)
    assert.match(read(`modes/${mode.prompt}`), /\{\{ task \}\}/)
    assert.equal(mode.edits, mode.tools.some((tool) => writing.includes(tool)), file)
  }
  assert.equal(modes.length, 11)
})

test('the bundles declare the tools that policies and modes speak of', () => {
  const tools = bundles.flatMap((folder) => Object.keys(parseToolBundle(read(`tools-bundles/${folder}/config.yaml`), folder).tools))
  assert.deepEqual(tools.toSorted(), ['apply_patch', 'edit_file', 'find_references', 'find_symbol', 'glob_files', 'list_files', 'read_file', 'repo_map', 'search_code', 'search_files', 'shell', 'write_file'])
})

test('the profiles in the documentation load, and their examples come out as written', () => {
  const texts = [...read('docs/policies.md').matchAll(/<!-- profile -->\n```yaml\n([^`]+)```/g)].map(([, text = '']) => text)
  assert.equal(texts.length, 2)
  for (const text of texts) assert.deepEqual(checkExamples(parsePolicy(text, 'docs/policies.md', shippedProfile), analyse), [])
})
