import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { chromium } from '@codeforge/testing/chromium'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { addProject, ask, limit, runHost, sampleRepository } from './testing/scene.ts'

test('open tabs outlive a host that stops and comes back with another token: they say so, catch up by themselves, and keep what was typed', async () => {
  await using model = await scriptedModelServer({ scripts: [{ name: 'ask', turns: [{ text: 'I ask.', toolCalls: [{ tool: 'shell', args: { command: 'word=echo; $word hello' } }] }, { text: 'Done.' }] }] })
  await using data = await temporaryDirectory('outage')
  await using files = await temporaryDirectory('repository')
  const settings = { CODEFORGE_LLM_BASE_URL: model.url, CODEFORGE_LLM_MODEL: 'scripted/ask' }
  const host = await runHost(data.path, settings, ['--no-demo', '--port', '0'])
  await using browser = await chromium()
  const context = await browser.newContext()
  const [questions, form, other] = [await context.newPage(), await context.newPage(), await context.newPage()]
  await questions.goto(host.link)
  const project = await addProject(questions, await sampleRepository(files.path))
  await ask(questions, '/runs', { projectId: project, prompt: 'Ask me', attended: true })
  await questions.goto(`${host.origin}/questions`)
  await questions.getByLabel('Note for the agent').fill('a note', limit)
  await form.goto(`${host.origin}/projects/${project}?new=run`)
  await form.getByLabel('What should be done?').fill('a long task', limit)
  await other.goto(host.origin)
  await other.getByText('Recent runs').waitFor(limit)

  await host.stop()
  await form.getByRole('button', { name: 'Start run' }).click()
  await form.getByRole('alert').getByText('CodeForge does not answer.').waitFor(limit)
  await other.getByRole('link', { name: 'Policies' }).click()
  await other.getByRole('alert').getByText('CodeForge does not answer.').waitFor(limit)
  await questions.getByText('What you see is as it was').waitFor(limit)

  await rm(join(data.path, 'token'))
  const again = await runHost(data.path, settings, ['--no-demo', '--port', new URL(host.origin).port])
  try {
    for (const page of [questions, form, other]) await page.getByRole('heading', { name: 'This browser is not signed in' }).waitFor(limit)
    await (await context.newPage()).goto(again.link)
    await other.getByRole('link', { name: 'headless-safe-sandbox' }).waitFor(limit)
    await questions.getByRole('heading', { name: 'May shell be called?' }).waitFor(limit)
    assert.deepEqual([await questions.getByLabel('Note for the agent').inputValue(), await form.getByLabel('What should be done?').inputValue()], ['a note', 'a long task'])
    await questions.getByText('What you see is as it was').waitFor({ ...limit, state: 'detached' })
    await questions.getByRole('button', { name: 'Allow this call' }).click()
    await questions.getByText('Nobody waits for you.').waitFor(limit)
  } finally {
    await again.stop()
  }
})
