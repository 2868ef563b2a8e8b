import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { scriptedModelServer } from '@codeforge/scripted-model/server'
import { chromium } from '@codeforge/testing/chromium'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { addProject, ask, limit, sampleRepository, startHost, tab, watchedPage } from './testing/scene.ts'

describe('the dashboard in a browser', () => {
  test('the code of a project is searched, mapped, drawn and packed, with the reasons', async () => {
    await using host = await startHost({ CODEFORGE_DEMONSTRATION_ENABLED: 'false' })
    await using folder = await temporaryDirectory('code-page')
    const repository = await sampleRepository(folder.path)
    await using browser = await chromium()
    const { page } = await watchedPage(browser)
    await page.goto(host.link)
    const project = await addProject(page, repository)
    await page.goto(`${host.origin}/projects/${project}`)
    await page.getByRole('link', { name: 'Code', exact: true }).click()
    await page.getByRole('button', { name: 'Read it anew' }).click()
    await page.getByText(/\d+ files?, \d+ definitions?/).waitFor(limit)
    await page.getByLabel('What are you looking for?').fill('parse a duration')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    const hits = page.getByRole('list', { name: 'Hits' })
    await hits.locator('summary').first().click(limit)
    await hits.getByRole('meter').first().waitFor(limit)
    await hits.locator('pre').first().getByText(/function|const|=>/).waitFor(limit)

    await tab(page, 'Task').click()
    await page.getByRole('textbox', { name: 'Task' }).fill('parse a duration of weeks')
    await page.getByRole('button', { name: 'Look ahead' }).click()
    await page.getByRole('heading', { name: 'What the agent would be shown first' }).waitFor(limit)
    await tab(page, 'Map').click()
    await page.locator('.map-text').first().waitFor(limit)
    await tab(page, 'Graph').click()
    await page.locator('.graph-canvas canvas').first().or(page.getByText('has no WebGL')).first().waitFor(limit)
  })

  test('a search is helped by meaning and by a model, says what that cost, and the whole graph is stored', async () => {
    await using model = await scriptedModelServer({
      handler: ({ messages }) => ({
        text: JSON.stringify(messages).includes('You judge') ? '[2, 1]' : '["milliseconds of a text"]',
        usage: { promptTokens: 200, cachedPromptTokens: 0, completionTokens: 10, reasoningTokens: 0 },
      }),
    })
    await using host = await startHost({
      CODEFORGE_DEMONSTRATION_ENABLED: 'false', CODEFORGE_LLM_BASE_URL: model.url, CODEFORGE_LLM_MODEL: 'some-model',
      CODEFORGE_EMBEDDINGS_BASE_URL: model.url, CODEFORGE_EMBEDDINGS_MODEL: 'hashed-words',
    })
    await using folder = await temporaryDirectory('helped-search')
    await using browser = await chromium()
    const { page, complaints } = await watchedPage(browser)
    await page.goto(host.link)
    const project = await addProject(page, await sampleRepository(folder.path))
    await page.goto(`${host.origin}/projects/${project}/code/search`)
    await page.getByRole('button', { name: 'Read it anew' }).click()
    await page.getByText(/all chunks are embedded\. Embeddings today: [1-9]/).waitFor(limit)
    const query = page.getByLabel('What are you looking for?')
    await query.fill('how long is a week')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByText('Searched by words, graph and meaning: all chunks are embedded').waitFor(limit)

    await page.getByLabel('Ask a model').check()
    assert.equal(await page.getByLabel('Files only').isDisabled(), true)
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByText('“milliseconds of a text”').waitFor(limit)
    await page.getByText('ordered by the model; 420 tokens').waitFor(limit)
    assert.ok(await page.getByRole('list', { name: 'Hits' }).getByRole('listitem').count() > 0)

    await tab(page, 'Graph').click()
    await page.getByText('The database holds no graph of this project yet.').waitFor(limit)
    await page.getByRole('button', { name: 'Store it' }).click()
    await page.getByText(/\d+ nodes and \d+ edges of/).waitFor(limit)
    assert.deepEqual(complaints.filter((complaint) => !complaint.includes('WebGL')), [])
  })

  test('the settings of a project are changed on its page, and an address that is none says so with a way back', async () => {
    await using host = await startHost({ CODEFORGE_DEMONSTRATION_ENABLED: 'false' })
    await using folder = await temporaryDirectory('settings')
    await using browser = await chromium()
    const { page, complaints } = await watchedPage(browser)
    await page.goto(host.link)
    const project = await addProject(page, await sampleRepository(folder.path))
    await page.goto(`${host.origin}/projects/${project}`)
    await page.getByRole('button', { name: 'Settings' }).click(limit)
    const form = page.getByRole('form', { name: 'Settings of the project' })
    await form.getByLabel('Policy').selectOption('ci-fix', limit)
    await form.getByLabel('Gates').fill('node --test\nnpm run lint')
    await form.getByLabel('Dollars a day at most').fill('2.5')
    await form.getByRole('button', { name: 'Save' }).click()
    await page.getByText('node --test, npm run lint').waitFor(limit)
    await page.getByText('$2.50').waitFor(limit)
    await page.reload()
    await page.getByText('ci-fix').waitFor(limit)

    await page.goto(`${host.origin}/runs/no-id`)
    await page.getByText('There is nothing at this address.').waitFor(limit)
    assert.deepEqual(complaints, [])
    await page.goto(`${host.origin}/runs/${project}`)
    await page.getByText(`There is no run ${project}`).waitFor(limit)
    await page.getByRole('main').getByRole('link', { name: 'Runs' }).click()
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor(limit)
  })

  test('a policy is tried, copied, corrected while it is typed, saved and deleted', async () => {
    await using host = await startHost({ CODEFORGE_DEMONSTRATION_ENABLED: 'false' })
    await using browser = await chromium()
    const { page, complaints } = await watchedPage(browser)
    await page.goto(host.link)
    await page.goto(`${host.origin}/policies/headless-safe-sandbox`)
    await page.getByLabel('Command').fill('git push origin main')
    await page.getByRole('button', { name: 'Judge it' }).click()
    await page.locator('.verdict').getByText('denied', { exact: true }).waitFor(limit)
    await page.getByRole('cell', { name: 'git push origin main' }).waitFor(limit)

    await page.getByRole('link', { name: 'Make a copy' }).click()
    await page.getByText('It holds').waitFor(limit)
    const text = page.getByLabel('Profile as YAML')
    const good = await text.inputValue()
    await text.fill(good.replace('termination:', 'determination:'))
    await page.getByText('Unrecognized key').waitFor(limit)
    assert.equal(await page.getByRole('button', { name: 'Save' }).isDisabled(), true)
    await text.fill(good)
    await page.getByRole('button', { name: 'Save' }).and(page.locator(':enabled')).click(limit)
    await page.getByRole('heading', { name: 'my-headless-safe-sandbox', level: 1 }).waitFor(limit)

    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { name: 'Policies', level: 1 }).waitFor(limit)
    assert.equal(await page.getByText('my-headless-safe-sandbox').count(), 0)
    assert.deepEqual(complaints, [])
  })

  test('shows the demonstration to its end, and each part of it, without a complaint of the browser', async () => {
    await using host = await startHost({})
    await using browser = await chromium()
    const { page, complaints } = await watchedPage(browser)
    await page.goto(host.link)
    await page.getByRole('list', { name: 'Recent runs' }).getByRole('link').first().click(limit)
    await page.getByText('Succeeded', { exact: true }).first().waitFor(limit)
    await page.getByText('scripted model (recorded conversation)').first().waitFor(limit)

    await page.getByRole('article', { name: 'Turn 3' }).getByText('network-none').first().waitFor(limit)
    await tab(page, 'Terminal').click()
    await page.getByRole('group', { name: 'node --test' }).first().waitFor(limit)
    await tab(page, 'Changes').click()
    await page.getByText('total += Number(count)').waitFor(limit)
    await tab(page, 'Gates').click()
    await page.getByRole('row', { name: 'After 3 0 0' }).waitFor(limit)
    await tab(page, 'Timeline').click()
    await page.getByText('Delivered as branch').waitFor(limit)
    await tab(page, 'Artifacts').click()
    await page.getByRole('link', { name: 'delivery/change.patch' }).waitFor(limit)
    assert.deepEqual(complaints, [])
  })

  test('asks a browser without a cookie to sign in', async () => {
    await using host = await startHost({}, '--no-demo')
    await using browser = await chromium()
    const { page } = await watchedPage(browser)
    await page.goto(host.origin)
    await page.getByRole('heading', { name: 'This browser is not signed in' }).waitFor(limit)
    await page.getByText('npx codeforge open').waitFor(limit)
  })

  test('takes a project and a run, and an answer to the question that the run asks', async () => {
    await using files = await temporaryDirectory('repository')
    const repository = await sampleRepository(files.path)
    await using model = await scriptedModelServer({ scripts: [{
      name: 'fix',
      turns: [
        { text: 'I correct the sum.', toolCalls: [{ tool: 'edit_file', args: { path: 'src/parse-duration.js', old_text: 'total = Number', new_text: 'total += Number' } }] },
        { text: 'I ask.', toolCalls: [{ tool: 'shell', args: { command: 'word=echo; $word <b>bold</b>' } }] },
        { text: 'Every part is <b>added</b> up now.' },
      ],
    }] })
    await using host = await startHost({ CODEFORGE_LLM_BASE_URL: model.url, CODEFORGE_LLM_MODEL: 'scripted/fix' }, '--no-demo')
    await using browser = await chromium()
    const { page, complaints } = await watchedPage(browser)
    await page.goto(host.link)
    await page.goto(`${host.origin}/projects`)
    await page.getByRole('button', { name: 'Add project' }).first().click(limit)
    await page.getByLabel('Name').fill('durations')
    await page.getByLabel('Path').fill(repository)
    await page.getByLabel('Gates').fill('node --test')
    await page.getByRole('form', { name: 'Add project' }).getByRole('button', { name: 'Add project' }).click()

    await page.getByRole('button', { name: 'New run' }).click(limit)
    await page.getByLabel('What should be done?').fill('Fix the sum')
    await page.getByRole('button', { name: 'Start run' }).click()
    await page.getByRole('heading', { name: 'Fix the sum' }).waitFor(limit)
    await page.getByRole('region', { name: 'Open questions' }).getByRole('button').last().click(limit)

    await page.getByText('Succeeded', { exact: true }).first().waitFor(limit)
    await page.getByText('Every part is <b>added</b> up now.').first().waitFor(limit)
    assert.deepEqual(complaints, [])
  })

  test('a run that ends at its limit shows the change that it had made, and that it is unfinished', async () => {
    await using files = await temporaryDirectory('repository')
    const repository = await sampleRepository(files.path)
    await using model = await scriptedModelServer({ scripts: [{
      name: 'half',
      turns: [{ text: 'I correct the sum.', toolCalls: [{ tool: 'edit_file', args: { path: 'src/parse-duration.js', old_text: 'total = Number', new_text: 'total += Number' } }] }, { text: 'Done.' }],
    }] })
    await using host = await startHost({ CODEFORGE_LLM_BASE_URL: model.url, CODEFORGE_LLM_MODEL: 'scripted/half' }, '--no-demo')
    await using browser = await chromium()
    const { page, complaints } = await watchedPage(browser)
    await page.goto(host.link)
    const project = await addProject(page, repository)
    await page.goto(host.origin)
    await page.getByRole('link', { name: 'New run' }).and(page.locator('[href*="new=run"]')).click(limit)
    await page.getByLabel('What should be done?').waitFor(limit)
    const { id } = await ask<{ id: string }>(page, '/runs', { projectId: project, prompt: 'Fix the sum', maxTurns: 1 })
    await page.goto(`${host.origin}/runs/${id}`)
    await page.getByText('What it had changed (1 file) is kept under').waitFor(limit)
    await page.getByRole('link', { name: 'Changes' }).click(limit)
    await page.getByText('This change is unfinished').waitFor(limit)
    await page.getByText('total += Number').first().waitFor(limit)
    assert.deepEqual(complaints, [])
  })
})
