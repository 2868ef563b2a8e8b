import type { Usage } from '@codeforge/contracts/money'

/** Money as people read it: `$0.0123`, `$1.50`; `$0` where nothing was spent. */
export function dollars(microUsd: number): string {
  if (microUsd === 0) return '$0'
  const amount = microUsd / 1_000_000
  return `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`
}

/** A count: `950`, `12.3k`, `1.2M`. */
export function count(value: number): string {
  if (value < 1000) return String(value)
  return value < 999_950 ? `${(value / 1000).toFixed(1)}k` : `${(value / 1_000_000).toFixed(1)}M`
}

export function tokens({ promptTokens, completionTokens }: Usage): string {
  return `${count(promptTokens + completionTokens)} tokens`
}

/** Bytes: `512 B`, `8.1 MB`. */
export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10))
  return `${(value / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? 'B'}`
}

/** A span of time: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** How long ago: `12 s ago`, `3 h ago`, `4 d ago`. */
export function ago(time: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000))
  if (seconds < 90) return `${seconds} s ago`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`
  return seconds < 129_600 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} d ago`
}

/** The short name of a run: the milliseconds at the start of its UUIDv7, which tell it apart from any other of this data. */
export function shortId(id: string): string {
  return id.slice(0, 13)
}

export function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

/** The first sentence of a description, in one line. */
export function firstSentence(text: string): string {
  return (/^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text).replaceAll(/\s+/g, ' ').trim()
}
