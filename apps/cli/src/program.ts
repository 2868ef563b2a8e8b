import { Command } from 'commander'
import { readVersion } from '@codeforge/host/shipped'
import { addAnswer } from './commands/answer.ts'
import { addCatalogue } from './commands/catalogue.ts'
import { addChange } from './commands/change.ts'
import { addCode } from './commands/code.ts'
import { addDoctor } from './commands/doctor.ts'
import { addFleet } from './commands/fleet.ts'
import { addLogs } from './commands/logs.ts'
import { addLook } from './commands/look.ts'
import { addMcp } from './commands/mcp.ts'
import { addPolicy } from './commands/policy.ts'
import { addRun } from './commands/run.ts'
import { addServer } from './commands/server.ts'
import { addSettings } from './commands/settings.ts'
import { addStart } from './commands/start.ts'
import { addSteer } from './commands/steer.ts'
import { addUpkeep } from './commands/upkeep.ts'
import type { Terminal } from './output/terminal.ts'
import { asTyped } from './output/command-name.ts'

/** In the order of the help. */
const groups = [addStart, addRun, addLook, addLogs, addAnswer, addSteer, addChange, addServer, addDoctor, addCode, addMcp, addPolicy, addCatalogue, addSettings, addUpkeep, addFleet]

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
    .showHelpAfterError(asTyped('`codeforge --help` lists commands and options.'))
  for (const add of groups) add(program, terminal)
  return program
}
