import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessibilityFaults } from '@codeforge/testing/accessibility'
import { chromium } from '@codeforge/testing/chromium'
import { temporaryDirectory } from '@codeforge/testing/temporary-directory'
import { addProject, limit, sampleRepository, startHost, watchedPage } from './testing/scene.ts'
import type { Page } from './testing/scene.ts'

/** What has the focus, by the words that a reader of the screen says. */
const focused = async (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '')

test('each page is there for the keyboard, for readers of the screen and for eyes that need contrast, in both themes; the code also without WebGL', async () => {
  await using host = await startHost({})
  await using files = await temporaryDirectory('repository')
  await using browser = await chromium(['--disable-3d-apis'])
  const { page } = await watchedPage(browser)
  await page.goto(host.link)
  await page.getByText('Succeeded', { exact: true }).first().waitFor(limit)
  const run = new URL(await page.getByRole('list', { name: 'Recent runs' }).getByRole('link').first().getAttribute('href') ?? '', host.origin).href
  const code = `${host.origin}/projects/${await addProject(page, await sampleRepository(files.path))}/code`
  const places: readonly (readonly [address: string, sign: string])[] = [
    [host.origin, 'Recent runs'], [`${host.origin}/runs`, 'All'], [`${host.origin}/projects`, 'demonstration'], [code.replace('code', '?new=run'), 'Start run'],
    [`${host.origin}/questions`, 'Nobody waits'], [`${host.origin}/policies`, 'preset'], [`${host.origin}/policies/headless-safe-sandbox`, 'Guards'],
    [`${host.origin}/policies/headless-safe-sandbox/copy`, 'It holds'], [`${host.origin}/system`, 'Data directory'], [`${host.origin}/runs/nothing`, 'There is nothing'],
    [run, 'Turn 1'], [`${run}?tab=terminal`, 'node --test'], [`${run}?tab=changes`, 'Download patch'], [`${run}?tab=gates`, 'Passed'], [`${run}?tab=timeline`, 'Delivered as branch'],
    [`${code}/search?q=parse+a+duration`, 'hits in'], [`${code}/symbols?name=parseDuration`, 'Used'], [`${code}/map`, 'tokens'], [`${code}/graph`, 'connection'],
  ]
  const faults: Record<string, readonly string[]> = {}
  for (const [place, [address, sign]] of places.entries()) {
    await page.emulateMedia({ colorScheme: place % 2 === 0 ? 'light' : 'dark' })
    await page.goto(address)
    await page.getByRole('main').getByText(sign).filter({ visible: true }).first().waitFor(limit)
    const found = await accessibilityFaults(page)
    if (found.length > 0) faults[address] = found
  }
  assert.deepEqual(faults, {})

  // On the graph, which cannot be drawn here: the files are a list that the keyboard walks.
  await page.getByText('it has no WebGL').waitFor(limit)
  await page.getByLabel('Find a file').fill('parse-duration.js')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'src/parse-duration.js' }).waitFor(limit)

  await page.getByRole('tab', { name: 'Graph' }).focus()
  const walked: string[] = []
  for (const key of ['Home', 'ArrowRight', 'ArrowLeft', 'ArrowLeft']) {
    await page.keyboard.press(key)
    await page.locator('[role=tab]:focus[aria-selected=true]').waitFor(limit)
    walked.push(await focused(page))
  }
  assert.deepEqual(walked, ['Search', 'Symbols', 'Search', 'Graph'])
  await page.getByRole('link', { name: 'Runs', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.locator('main:focus').waitFor(limit)
})
