import { Command } from 'commander'
import { readVersion } from '@codeforge/host/shipped'
import { addFleet } from './commands/fleet.ts'
import { addRun } from './commands/run.ts'
import { addStart } from './commands/start.ts'
import type { Terminal } from './output/terminal.ts'

/** The whole command line. Nothing runs before it is parsed. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command('codeforge')
    .description('Turns a task into a checked change in a repository: coding agents under a policy, a budget and gates.')
    .version(readVersion(), '-V, --version', 'prints the version')
    .helpOption('-h, --help', 'prints this help')
    .option('--data <dir>', 'data directory (default: CODEFORGE_DATA, else the platform\'s place)')
    .option('--config <file>', 'configuration file (default: CODEFORGE_CONFIG, else codeforge.yaml in the user\'s config directory)')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => { write(text.replace(/^error: /, 'codeforge: ')) } })
    .showHelpAfterError('`codeforge --help` lists commands and options.')
  for (const add of [addStart, addRun, addFleet]) add(program, terminal)
  return program
}
