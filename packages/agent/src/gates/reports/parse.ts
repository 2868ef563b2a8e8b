import { stripVTControlCharacters } from 'node:util'
import { parseJsonReport } from './jest-json.ts'
import { parseJunit } from './junit.ts'
import { parseNodeSpec } from './node-spec.ts'
import { merged, type TestReport } from './report.ts'
import { parseCargo, parseGo, parseJest, parseMocha, parsePytest, parseUnittest, parseVitest } from './summaries.ts'
import { parseTap } from './tap.ts'

const machineReadable = [parseTap, parseJunit, parseJsonReport]
const forPeople = [parseNodeSpec, parseJest, parseVitest, parseMocha, parsePytest, parseUnittest, parseGo, parseCargo]

/** Reads a report file in whatever machine-readable format it is; null where it is none. */
export function parseReport(text: string): TestReport | null {
  return first(machineReadable, text)
}

/** Reads what a runner printed; several runners one after another are added up. Null where no known runner speaks. */
export function parseOutput(printed: string): TestReport | null {
  const text = stripVTControlCharacters(printed)
  return first(machineReadable, text) ?? merged(forPeople.flatMap((parse) => parse(text) ?? []))
}

function first(parsers: readonly ((text: string) => TestReport | null)[], text: string): TestReport | null {
  for (const parse of parsers) {
    const report = parse(text)
    if (report) return report
  }
  return null
}
