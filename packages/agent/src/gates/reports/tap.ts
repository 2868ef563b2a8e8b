import { reportOf, type TestLine, type TestReport } from './report.ts'

const point = /^( *)(not )?ok\b(?: \d+)?(?: - | )?(.*)$/

/** Reads TAP with indented subtests: the leaves are the tests, their parents give names. */
export function parseTap(text: string): TestReport | null {
  if (!/^TAP version \d+|^1\.\.\d+/m.test(text) || !/^ *(not )?ok\b/m.test(text)) return null
  const tests: TestLine[] = []
  let children: { depth: number; lines: TestLine[] }[] = []
  for (const line of text.split(/\r?\n/)) {
    const match = point.exec(line)
    if (!match) continue
    const depth = match[1]?.length ?? 0
    const own = testOf(match[2] !== undefined, match[3] ?? '')
    const below = children.filter((child) => child.depth > depth).flatMap((child) => child.lines)
    children = children.filter((child) => child.depth <= depth)
    const lines = below.length > 0 ? withParent(own, below) : [own]
    if (depth === 0) tests.push(...lines)
    else children.push({ depth, lines })
  }
  tests.push(...children.flatMap((child) => child.lines)) // a stream that was cut off before the parents
  return reportOf('tap', tests, { failed: Number(/^# fail (\d+)/m.exec(text)?.[1] ?? 0) })
}

function testOf(failed: boolean, described: string): TestLine {
  const directive = /\s*(?<!\\)#\s*(skip|todo)\b.*$/i.exec(described)
  const name = described.replace(/\s*(?<!\\)#\s*(skip|todo|time)\b.*$/i, '').trim()
  return { name, status: directive ? 'skipped' : failed ? 'failed' : 'passed' }
}

function withParent(parent: TestLine, below: readonly TestLine[]): TestLine[] {
  const named = below.map(({ name, status }) => ({ name: `${parent.name} > ${name}`, status: parent.status === 'skipped' ? parent.status : status }))
  // A hook that failed fails the parent alone.
  return parent.status === 'failed' && below.every(({ status }) => status !== 'failed') ? [...named, parent] : named
}
