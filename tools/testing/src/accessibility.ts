import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

/** What a page lacks for people who use a keyboard or a reader of the screen, or see little contrast (WCAG 2.2 A and AA, by axe-core); empty where nothing. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger and not by a script tag: the page's own security policy would forbid that.
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })")
  return violations.flatMap(({ id, help, nodes }) => nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 160)} ${failureSummary?.split('\n')[1]?.trim() ?? ''}`))
}
