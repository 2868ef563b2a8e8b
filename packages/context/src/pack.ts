import { estimateTokens } from '@codeforge/domain/tokens'
import { mentionedPaths } from './mentioned-paths.ts'
import { readmeHead } from './readme-head.ts'
import { listRepository } from './list-repository.ts'
import type { ReadableFiles } from './readable-files.ts'

export interface PackRequest {
  readonly prompt: string
  readonly files: ReadableFiles
  /** Most tokens of the whole pack. */
  readonly tokens: number
}

/** One piece of context, with where it is from and why it was chosen. */
export interface PackEntry {
  readonly source: string
  readonly reason: string
  readonly text: string
  readonly tokens: number
}

export interface ContextPack {
  readonly entries: readonly PackEntry[]
  readonly tokens: number
  /** A sentence on what was left out. */
  readonly note: string
  /** As the model sees it. */
  readonly text: string
}

/** Chooses what a model should know of a repository before it looks itself: its files, its README, what the task names. */
export async function packContext({ prompt, files, tokens }: PackRequest, signal: AbortSignal): Promise<ContextPack> {
  const paths = await listRepository(files, signal)
  const candidates = [
    { source: 'files', reason: 'what the repository holds', text: listing(paths), share: 0.3 },
    ...(await mentioned(prompt, files, paths, tokens)),
    ...(await readmeHead(files, paths)),
  ]
  const entries: PackEntry[] = []
  let left = tokens
  for (const { source, reason, text, share } of candidates) {
    const cut = cutToTokens(text, Math.floor(Math.min(left, tokens * share)))
    if (cut === '') continue
    const entry = { source, reason, text: cut, tokens: estimateTokens(cut) }
    entries.push(entry)
    left -= entry.tokens
  }
  const dropped = candidates.length - entries.length
  const note = dropped > 0 ? `${dropped} of ${candidates.length} pieces did not fit.` : 'Everything that was found fits.'
  return { entries, tokens: tokens - left, note, text: entries.map(render).join('\n\n') }
}

async function mentioned(prompt: string, files: ReadableFiles, paths: readonly string[], tokens: number) {
  const found = await Promise.all(mentionedPaths(prompt, paths).map(async (path) => {
    const text = await files.readText(path).catch(() => null)
    return text === null ? [] : [{ source: path, reason: 'the task names it', text, share: 0.3 }]
  }))
  return tokens > 0 ? found.flat() : []
}

function listing(paths: readonly string[]): string {
  const shallow = [...paths].sort((one, other) => depth(one) - depth(other) || (one < other ? -1 : 1))
  return shallow.slice(0, 400).join('\n')
}

function render({ source, reason, text }: PackEntry): string {
  return `--- ${source} (${reason})\n${text}`
}

/** The first lines that fit. */
function cutToTokens(text: string, tokens: number): string {
  const kept: string[] = []
  let left = tokens
  for (const line of text.split('\n')) {
    left -= estimateTokens(`${line}\n`)
    if (left < 0) return kept.length === 0 ? '' : [...kept, '...'].join('\n')
    kept.push(line)
  }
  return kept.join('\n')
}

const depth = (path: string): number => path.split('/').length
