import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { configDirectory, dataDirectoryOf } from '@codeforge/host/config/directories'
import { readVersion, shipped } from '@codeforge/host/shipped'
import { globalsOf } from '../globals.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'
import { commentedOut } from '../settings/commented-out.ts'
import { readSettings } from '../settings/read-settings.ts'
import { commandName } from '../output/command-name.ts'

/** `codeforge init`, `config` and `version`. */
export function addSettings(program: Command, terminal: Terminal): void {
  program.command('init')
    .summary('write a configuration file to edit')
    .description('Writes codeforge.yaml with every setting, its default and what it means; all of it commented out. Never overwrites one.')
    .option('--path <file>', 'where to (default: codeforge.yaml in the user\'s config directory)')
    .action(async ({ path }: { path?: string }) => init(terminal, path))
  program.command('config')
    .summary('print the effective configuration and where each value comes from')
    .description('Prints the effective configuration and where each value comes from: default, file or environment. Secrets appear as the variable that holds them.')
    .option('--json', 'prints one JSON object')
    .action(async ({ json }: { json?: true }, command: Command) => {
      const { config, data } = globalsOf(command)
      const { file, settings } = await readSettings(config, process.env)
      const directory = dataDirectoryOf(data, process.env)
      if (json) {
        terminal.print(JSON.stringify({ file, dataDirectory: directory, settings }))
        return
      }
      const c = terminal.out
      const rows = settings.map(({ name, value, source }) => [name, value, source === 'default' ? c.dim(source) : c.cyan(source)])
      for (const line of table([['file', file ?? 'none', ''], ['data directory', directory, ''], ...rows])) terminal.print(line)
    })
  program.command('version')
    .summary('print the version')
    .description('Prints the version.')
    .action(() => { terminal.print(readVersion()) })
}

async function init(terminal: Terminal, path: string | undefined): Promise<void> {
  const file = path === undefined ? join(configDirectory(process.env), 'codeforge.yaml') : resolve(path)
  if (path === undefined) await mkdir(dirname(file), { recursive: true })
  const example = await readFile(join(shipped.root, 'codeforge.yaml.example'), 'utf8')
  try {
    await writeFile(file, commentedOut(example), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new CodeForgeError('conflict', `${file} exists already; it stays as it is. Edit it, or name another with --path.`, { cause: error })
  }
  terminal.print(file)
  terminal.note('Every setting is in it, commented out. To use a model, set llm.baseUrl and llm.model there, and CODEFORGE_LLM_API_KEY in the environment.')
  terminal.note(`Then: ${commandName()} doctor, and ${commandName()} run "fix the failing test" --repo PATH.`)
}
