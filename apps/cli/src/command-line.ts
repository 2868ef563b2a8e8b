import { endCode, reportError } from './output/report-error.ts'
import { createTerminal } from './output/terminal.ts'
import { buildProgram } from './program.ts'

const terminal = createTerminal(process)
const program = buildProgram(terminal)
const json = process.argv.includes('--json')

// What nobody caught is a fault of ours, told like any other error.
process.on('uncaughtException', (error) => { process.exit(reportError(terminal, error, json)) })

try {
  await program.parseAsync(process.argv)
} catch (error) {
  process.exitCode = reportError(terminal, error, json)
}
await terminal.flush()
process.exit(endCode(process.exitCode))
