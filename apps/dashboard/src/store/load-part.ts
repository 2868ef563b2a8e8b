import { ApiError } from '../api/api-error.ts'

/** What loading a part needs of its browser. */
export interface Surroundings {
  /** The text of the page as the server has it now. */
  page(): Promise<string>
  /** Names of this page's own files. */
  scripts(): readonly string[]
  reload(): void
}

const browser: Surroundings = {
  page: async () => (await fetch('/', { cache: 'no-store' })).text(),
  scripts: () => [...document.scripts].map(({ src }) => new URL(src, location.href).pathname),
  reload: () => location.reload(),
}

/**
 * Loads a part of the page. A tab that is older than the server asks for files that are no longer there: it begins anew, once,
 * since the page that it then gets names files of its own time.
 */
export async function loadPart<Part>(load: () => Promise<Part>, { page, scripts, reload }: Surroundings = browser): Promise<Part> {
  try {
    return await load()
  } catch (error) {
    const now = await page().catch(() => null)
    if (now === null || scripts().every((script) => now.includes(script))) throw missing(error)
    reload()
    return new Promise(() => undefined) // the tab is on its way out
  }
}

function missing(error: unknown): ApiError {
  const message = `A part of the page could not be loaded: ${error instanceof Error ? error.message : String(error)}`
  return new ApiError(0, { code: 'page-incomplete', message, help: 'See that CodeForge is running, then reload the page.', requestId: null })
}
