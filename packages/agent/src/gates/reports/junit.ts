import { XMLParser } from 'fast-xml-parser'
import { reportOf, type TestLine, type TestReport, type TestStatus } from './report.ts'

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', processEntities: false })

type Node = Readonly<Record<string, unknown>>

/** Reads JUnit XML: every `testcase`, however deep its suites are. */
export function parseJunit(text: string): TestReport | null {
  if (!/<testsuites?[\s>]/.test(text)) return null
  const start = text.indexOf('<?xml') === -1 ? text.search(/<testsuites?[\s>]/) : text.indexOf('<?xml')
  try {
    return reportOf('junit', casesOf(parser.parse(text.slice(start)) as Node, ''))
  } catch {
    return null // cut off: no report is better than half a one
  }
}

function casesOf(node: Node, path: string): TestLine[] {
  const suites = ['testsuites', 'testsuite'].flatMap((key) => list(node[key]))
  const inner = suites.flatMap((suite) => casesOf(suite, suite['name'] === undefined ? path : String(suite['name'])))
  return [...list(node['testcase']).map((test) => caseOf(test, path)), ...inner]
}

function caseOf(test: Node, path: string): TestLine {
  const name = [test['classname'] ?? path, test['name'] ?? ''].map(String).filter((part) => part !== '').join(' > ')
  return { name, status: statusOf(test) }
}

function statusOf(test: Node): TestStatus {
  if ('failure' in test || 'error' in test) return 'failed'
  return 'skipped' in test ? 'skipped' : 'passed'
}

function list(value: unknown): Node[] {
  const items: unknown[] = Array.isArray(value) ? value : [value]
  return items.filter((item): item is Node => typeof item === 'object' && item !== null)
}
