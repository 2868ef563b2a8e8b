import { setImmediate as othersTurn } from 'node:timers/promises'
import type { SecretLintCoreConfig } from '@secretlint/types'

/** Where a text holds what looks like a secret, though nobody configured it. */
export interface FoundSecret {
  /** Characters of the text. */
  readonly start: number
  readonly end: number
  /** Which detector found it, such as `aws` or `github`. */
  readonly kind: string
}

/** Longer texts are looked through in pieces of so many characters, which overlap by the longest token there is. */
const pieceLength = 200_000
const overlap = 4000

/** Finds tokens, private keys and connection strings by the maintained rules of secretlint. */
export async function detectSecrets(text: string): Promise<readonly FoundSecret[]> {
  if (!mayHoldSecret(text)) return []
  const lint = await loadLinter()
  const found: FoundSecret[] = []
  for (let start = 0; start === 0 || start + overlap < text.length; start += pieceLength - overlap) {
    // A piece takes up to 10 ms, and a text may have forty: what else this process does comes in between.
    if (start > 0) await othersTurn()
    const piece = text.slice(start, start + pieceLength)
    for (const { range, kind } of await lint(piece)) found.push({ start: start + range[0], end: start + range[1], kind })
  }
  return withoutOverlaps(found)
}

/** The text with what looks like a secret replaced. */
export async function maskDetected(text: string): Promise<string> {
  const found = await detectSecrets(text)
  return found.toReversed().reduce((rest, { start, end }) => `${rest.slice(0, start)}***${rest.slice(end)}`, text)
}

/**
 * Keys, connection strings and assignments say what they are, and a token is a long run of mixed characters. What has none of
 * these, as most output does, need not be looked at closer. Hashes and UUIDs are no secrets.
 */
export function mayHoldSecret(text: string): boolean {
  if (/PRIVATE KEY|:\/\/[^\s/@]{1,200}:[^\s/@]{1,200}@|(secret|token|key)[\w-]{0,20}["']?\s*[:=]\s*["']?[\w/+=-]{16,}/i.test(text)) return true
  for (let at = shortestRun - 1; at < text.length; at += shortestRun) {
    if (!isOfRun(text.charCodeAt(at))) continue
    const { start, end } = runAround(text, at)
    if (end - start >= shortestRun && isMixed(text.slice(start, end))) return true
    at = end
  }
  return false
}

/** Characters of the shortest run that may be a token: of so many in a row, one is looked at, since a run of them covers it. */
const shortestRun = 20

function isMixed(run: string): boolean {
  return /\d/.test(run) && /[G-Zg-z]/.test(run) && /[A-Z_-]/.test(run)
}

const ofRun = Array.from({ length: 128 }, (_, code) => /[A-Za-z0-9_=-]/.test(String.fromCharCode(code)))
const isOfRun = (code: number): boolean => ofRun[code] === true

function runAround(text: string, at: number): { readonly start: number; readonly end: number } {
  let start = at
  while (start > 0 && isOfRun(text.charCodeAt(start - 1))) start -= 1
  let end = at + 1
  while (end < text.length && isOfRun(text.charCodeAt(end))) end += 1
  return { start, end }
}

interface Finding {
  readonly range: readonly [number, number]
  readonly kind: string
}

let linter: Promise<(text: string) => Promise<readonly Finding[]>> | null = null

/** The rules are loaded when the first suspicious text comes: they cost a fifth of a second. */
async function loadLinter(): Promise<(text: string) => Promise<readonly Finding[]>> {
  linter ??= openLinter()
  return linter
}

async function openLinter(): Promise<(text: string) => Promise<readonly Finding[]>> {
  const [{ lintSource }, { creator }] = await Promise.all([import('@secretlint/core'), import('@secretlint/secretlint-rule-preset-recommend')])
  const config: SecretLintCoreConfig = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] }
  return async (content) => {
    const source = { content, filePath: '/text', ext: '', contentType: 'text' } as const
    const { messages } = await lintSource({ source, options: { config, noPhysicFilePath: true } })
    return messages.map(({ range, ruleId }) => ({ range, kind: ruleId.replace(/^@secretlint\/secretlint-rule-/, '') }))
  }
}

function withoutOverlaps(found: readonly FoundSecret[]): FoundSecret[] {
  const kept: FoundSecret[] = []
  for (const one of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (one.start >= (kept.at(-1)?.end ?? 0)) kept.push(one)
  }
  return kept
}
