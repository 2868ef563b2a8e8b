/**
 * Reports a run of node:test: one line for each file, the whole error of each failed test, and the counts
 * as JSON in the file named by CODEFORGE_TEST_COUNTS, with the files that were heard of.
 */
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { inspect } from 'node:util'

export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const files = new Map()
  const heard = new Set()
  for await (const { type, data } of events) {
    if (data?.file && (type === 'test:summary' || type === 'test:fail')) heard.add(relative(process.cwd(), ranIn(data)))
    if (type === 'test:pass' || type === 'test:fail') yield* reportTest(type, data, counts, files)
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message
    if (type === 'test:summary' && data.file) yield reportFile(data, files)
  }
  writeFileSync(process.env.CODEFORGE_TEST_COUNTS, JSON.stringify({ counts, heard: [...heard] }))
}

function* reportTest(type, data, counts, files) {
  const isSuite = data.details?.type === 'suite'
  if (isSuite && type === 'test:pass') return
  // A suite fails when one of its tests does, which is reported already; a hook of its own may fail, too.
  if (isSuite && data.details.error?.failureType === 'subtestsFailed') return
  const result = resultOf(type, data)
  counts[result] += 1
  const file = files.get(ranIn(data)) ?? { passed: 0, failed: 0, skipped: 0 }
  file[result] += 1
  files.set(ranIn(data), file)
  if (result === 'failed') yield describeFailure(type, data)
  if (result === 'skipped') yield `  - ${data.name} (skipped${typeof data.skip === 'string' ? `: ${data.skip}` : ''})\n`
}

// The test of a shared suite is written in one file (`file`) and run by another (`entryFile`), to which it counts.
function ranIn(data) {
  return data.entryFile ?? data.file
}

function resultOf(type, data) {
  if (type === 'test:fail') return data.todo === undefined ? 'failed' : 'skipped'
  // Node reports a file as a test of its own only when nothing in it was a test.
  if (isFileItself(data)) return 'failed'
  return data.skip === undefined && data.todo === undefined ? 'passed' : 'skipped'
}

function isFileItself(data) {
  return data.nesting === 0 && data.file !== undefined && data.file.endsWith(data.name) && /\.test\.ts$/.test(data.name)
}

function describeFailure(type, data) {
  const place = data.file === undefined ? '' : `${relative(process.cwd(), data.file)}:${data.line ?? 1}`
  const error = data.details?.error
  const reason = type === 'test:pass' ? 'this file holds no test' : inspect(error?.cause ?? error, { depth: 6, colors: false })
  return `✖ ${data.name}\n  at ${place}\n${reason.replaceAll(/^/gm, '    ')}\n`
}

function reportFile(data, files) {
  const { passed, failed, skipped } = files.get(ranIn(data)) ?? { passed: 0, failed: 0, skipped: 0 }
  const notes = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`].filter(Boolean)
  return `${failed > 0 ? '✖' : '✔'} ${relative(process.cwd(), data.file)} (${notes.join(', ')}, ${Math.round(data.duration_ms)} ms)\n`
}
