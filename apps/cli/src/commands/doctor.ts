import type { Command } from 'commander'
import { CodeForgeError, errorCatalogue } from '@codeforge/contracts/error-code'
import { exitCodes } from '@codeforge/contracts/run-status'
import { openInstallation } from '@codeforge/host/installation'
import type { Installation } from '@codeforge/host/installation'
import { findHost } from '../api/connect.ts'
import type { ConnectOptions } from '../api/connect.ts'
import { fail, ok } from '../doctor/check.ts'
import type { Finding } from '../doctor/check.ts'
import { checkGit, checkNode } from '../doctor/programs.ts'
import { checkDisk, checkModel, checkQueue, checkSandboxes, checkStore } from '../doctor/services.ts'
import { globalsOf } from '../globals.ts'
import { printable } from '../output/printable.ts'
import { CommandEnded } from '../output/report-error.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'

/** `codeforge doctor`: what works here, what does not, and what to do. */
export function addDoctor(program: Command, terminal: Terminal): void {
  program.command('doctor')
    .summary('check what CodeForge needs, and say what to do')
    .description('Checks Node, git, configuration, disk, store, queue, model endpoint and sandboxes; says for each what is wrong and what to do. Ends with 1 where something needed does not work.')
    .option('--json', 'prints one JSON object')
    .action(async ({ json }: { json?: true }, command: Command) => {
      const findings = await examine(globalsOf(command))
      if (json) terminal.print(JSON.stringify({ ok: findings.every(({ status }) => status !== 'fail'), findings }))
      else for (const line of findingLines(findings, terminal.out)) terminal.print(line)
      if (findings.some(({ status }) => status === 'fail')) throw new CommandEnded(exitCodes.infrastructure)
    })
}

async function examine(globals: ConnectOptions): Promise<Finding[]> {
  const programs = [checkNode(process.versions.node), await checkGit()]
  const installation = await openInstallation({
    environment: process.env,
    ...(globals.config !== undefined && { configFile: globals.config }),
    ...(globals.data !== undefined && { dataDirectory: globals.data }),
  }).catch((error: unknown) => error as Error)
  if (installation instanceof Error) {
    const help = errorCatalogue[installation instanceof CodeForgeError ? installation.code : 'internal'].help
    return [...programs, fail('configuration', installation.message, help)]
  }
  return [...programs, ok('configuration', 'valid'), ...await examineServices(installation, globals)]
}

async function examineServices(installation: Installation, globals: ConnectOptions): Promise<Finding[]> {
  const running = await findHost(globals)
  return [
    ...await checkDisk(installation),
    await checkStore(installation, running),
    await checkQueue(installation),
    await checkModel(installation),
    ...await checkSandboxes(installation),
  ]
}

function findingLines(findings: readonly Finding[], c: Terminal['out']): string[] {
  const marks = { ok: c.green('✔'), warn: c.yellow('!'), fail: c.red('✖') }
  const lines = table(findings.map(({ name, status, detail }) => [`${marks[status]} ${name}`, printable(detail)]))
  return findings.flatMap(({ help }, index) => [lines[index] ?? '', ...(help === null ? [] : [c.dim(`    ${printable(help)}`)])])
}
