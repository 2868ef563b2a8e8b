import { chromium as playwright, type Browser } from 'playwright-core'
import { chromiumProgram } from './chromium-program.ts'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts a real Chromium without a window; close it, or let `await using` do so. */
export async function chromium(moreFlags: readonly string[] = []): Promise<Browser & AsyncDisposable> {
  const { executablePath, env } = await chromiumProgram()
  return playwright.launch({ executablePath, args: [...flags, ...moreFlags], headless: true, env: { ...definedEnvironment(), ...env } })
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
