import { Field } from '../lexical/field.ts'
import type { Postings } from '../lexical/postings.ts'
import { DocumentCollector } from '../lexical/document-terms.ts'
import { invert } from '../lexical/invert.ts'
import { stopWords } from '../lexical/stop-words.ts'
import { termTexts } from '../lexical/term-reader.ts'
import { Vocabulary } from '../lexical/vocabulary.ts'
import { withoutTrailers } from '../rank/clean-text.ts'
import type { Commit } from './commits.ts'

/** What past changes say of files, independent of the tree: paths and commits are numbered, newest commit first. */
export interface HistoryData {
  readonly vocabulary: Vocabulary
  readonly paths: readonly string[]
  /** One document per commit. */
  readonly messages: Postings
  /** One document per path: the titles of the changes that touched it. */
  readonly titles: Postings
  /** Where each commit's paths begin in `touched`; one more than there are commits. */
  readonly starts: Uint32Array
  readonly touched: Uint32Array
  /** How often and how lately each path was changed. */
  readonly activity: Float32Array
}

/** Changes of more files count for none of them as a title. */
const mostFilesOfTitle = 15
/** Commits after which a change counts 1/e for activity; chosen on the development repositories, see docs/decisions. */
const activityCommits = 500

/** Indexes commits (newest first) that touch at least one path the caller still knows. */
export function buildHistory(commits: readonly Commit[], isKnown: (path: string) => boolean): HistoryData {
  const vocabulary = Vocabulary.empty()
  const numbers = new Map<string, number>()
  const kept = commits.map(({ message, files }) => ({ message, files: files.filter(isKnown) })).filter(({ files }) => files.length > 0)
  const touched: number[] = []
  const starts = [0]
  const messages = new DocumentCollector()
  const titlesOf: number[][] = []
  const activity: number[] = []
  kept.forEach(({ message, files }, age) => {
    for (const term of messageTerms(message)) messages.add(vocabulary.addText(term))
    messages.endDocument()
    const title = files.length > mostFilesOfTitle ? [] : messageTerms(message.split('\n')[0] ?? '').map((term) => vocabulary.addText(term))
    for (const path of files) {
      const number = numbers.get(path) ?? numbers.set(path, numbers.size).size - 1
      touched.push(number)
      ;(titlesOf[number] ??= []).push(...title)
      activity[number] = (activity[number] ?? 0) + Math.exp(-age / activityCommits) / Math.sqrt(files.length)
    }
    starts.push(touched.length)
  })
  const titles = new DocumentCollector()
  for (const terms of titlesOf) {
    for (const term of terms) titles.add(term)
    titles.endDocument()
  }
  return {
    vocabulary,
    paths: [...numbers.keys()],
    messages: invert(messages.take(), vocabulary.size),
    titles: invert(titles.take(), vocabulary.size),
    starts: Uint32Array.from(starts),
    touched: Uint32Array.from(touched),
    activity: Float32Array.from(activity),
  }
}

function messageTerms(message: string): readonly string[] {
  return termTexts(withoutTrailers(message)).filter((term) => !stopWords.has(term))
}

/** The fields of a history, ready to be searched. */
export interface HistoryIndex extends Omit<HistoryData, 'messages' | 'titles'> {
  readonly messages: Field
  readonly titles: Field
  /** File of the tree for each path, or -1. */
  readonly files: Int32Array
  /** How often and how lately each file of the tree was changed, in logarithms. */
  readonly activityOfFile: Float32Array
}

/** Binds a history to the files of one tree; `files` is how many numbers they have. */
export function bindHistory(data: HistoryData, files: number, fileOf: (path: string) => number): HistoryIndex {
  const field = (postings: Postings) => new Field([{ postings }])
  const numbers = Int32Array.from(data.paths, fileOf)
  const activityOfFile = new Float32Array(files)
  numbers.forEach((file, path) => {
    if (file >= 0) activityOfFile[file] = Math.log1p(data.activity[path] ?? 0)
  })
  return { ...data, messages: field(data.messages), titles: field(data.titles), files: numbers, activityOfFile }
}
