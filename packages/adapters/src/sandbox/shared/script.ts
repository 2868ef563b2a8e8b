import { readdirSync, readFileSync } from 'node:fs'
import { quote } from './shell-text.ts'

export interface Script {
  readonly command: string
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  /** Absolute path of the shell that runs the command. */
  readonly shell: string
  /** True where this shell is the first process of a PID namespace, which must wait and reap. */
  readonly first: boolean
  readonly processes?: number | undefined
  readonly fileMb?: number | undefined
  /** Of processor time, for each process. */
  readonly cpuSeconds?: number | undefined
}

/** The first two bytes of a script. The script overwrites them when it has come as far as the command. */
export const notStarted = '# '

/**
 * What the shell inside the sandbox reads from descriptor 3: limits, environment, directory, command.
 * Through a file and not through arguments, since everyone on the host may read the arguments of a process,
 * and not through the environment of the launcher, which LD_PRELOAD would subvert before the sandbox stands.
 */
export function scriptText(script: Script): string {
  const run = `${quote(script.shell)} -c ${commandWords(script)}`
  return [
    `${notStarted}CodeForge`,
    'ulimit -c 0',
    ...(script.fileMb === undefined ? [] : [`ulimit -f ${String(script.fileMb * 2048)}`]),
    ...(script.cpuSeconds === undefined ? [] : [`ulimit -t ${String(script.cpuSeconds)}`]),
    // dash says -p where bash says -u. Two more: this shell and the one of the command.
    ...(script.processes === undefined ? [] : [`ulimit -u ${String(script.processes + 2)} 2>/dev/null || ulimit -p ${String(script.processes + 2)} 2>/dev/null`]),
    ...Object.entries(script.environment).map(([name, value]) => `export ${name}=${quote(value)}`),
    `cd -- ${quote(script.directory)} || exit 1`,
    'echo s >&3',
    'exec 3>&- 4>&-',
    ...(script.first ? [run, 'exit $?'] : [`exec ${run}`]),
    '',
  ].join('\n')
}

/** The command itself, after closing descriptors that this process inherited open from whoever started it. */
function commandWords(script: Script): string {
  const leaked = script.shell.endsWith('/bash') ? (inherited ??= inheritedDescriptors()) : []
  if (leaked.length === 0) return quote(script.command)
  const close = leaked.map((descriptor) => `exec ${String(descriptor)}>&-`).join('; ')
  return `${quote(`${close}; exec "$0" -c "$1"`)} ${quote(script.shell)} ${quote(script.command)}`
}

/** They were there when this process started: what it opens itself, its children do not get. */
let inherited: readonly number[] | undefined

const closeOnExec = 0o2000000

/** Descriptors of this process beyond the standard three that a child would inherit. Node opens none of that kind itself. */
export function inheritedDescriptors(): readonly number[] {
  return readdirSync('/proc/self/fdinfo').map(Number).filter((descriptor) => {
    if (descriptor <= 3) return false
    try {
      const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${String(descriptor)}`, 'utf8'))?.[1]
      return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0
    } catch {
      return false
    }
  })
}
