import { endCode, reportError } from './output/report-error.ts'
import { createTerminal } from './output/terminal.ts'
import { buildProgram } from './program.ts'

const terminal = createTerminal(process)
const program = buildProgram(terminal)

try {
  await program.parseAsync(process.argv)
} catch (error) {
  process.exitCode = reportError(terminal, error, process.argv.includes('--json'))
}
await terminal.flush()
process.exit(endCode(process.exitCode))
