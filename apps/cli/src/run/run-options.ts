import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { text } from 'node:stream/consumers'
import { CodeForgeError } from '@codeforge/contracts/error-code'
import { microUsd } from '@codeforge/contracts/money'
import type { CreateRun, DeliverMode, Material, WorkspaceMode } from '@codeforge/contracts/run-request'
import type { z } from 'zod'
import { commandName } from '../output/command-name.ts'

/** Options of `codeforge run` as the command line gives them. */
export interface RunOptions {
  readonly repo: string
  readonly mode: string
  readonly policy?: string
  readonly gate: readonly string[]
  readonly deliver?: DeliverMode
  readonly model?: string
  readonly base?: string
  readonly includeDirty?: true
  readonly ask?: true
  readonly setup: readonly string[]
  readonly workspace?: WorkspaceMode
  readonly maxCost?: number
  readonly maxTurns?: number
  readonly timeout?: number
  readonly detach?: true
  readonly json?: true
  readonly promptFile?: string
  readonly material: readonly string[]
  readonly output?: string
}

type RunBody = Omit<z.input<typeof CreateRun>, 'projectId' | 'prompt'>

/** What the server is asked for. Whatever was not said is left to project, profile and configuration. */
export function runBody(options: RunOptions): RunBody {
  return {
    mode: options.mode,
    ...(options.policy !== undefined && { policy: options.policy }),
    ...(options.model !== undefined && { model: options.model }),
    ...(options.gate.length > 0 && { gates: gatesOf(options.gate) }),
    ...(options.setup.length > 0 && { setup: { commands: [...options.setup] } }),
    ...(options.deliver !== undefined && { deliver: options.deliver }),
    ...(options.workspace !== undefined && { workspaceMode: options.workspace }),
    ...(options.base !== undefined && { baseRef: options.base }),
    ...(options.includeDirty && { includeDirty: true }),
    attended: options.ask === true,
    ...(options.maxCost !== undefined && { maxCostMicroUsd: microUsd(options.maxCost) }),
    ...(options.maxTurns !== undefined && { maxTurns: options.maxTurns }),
    ...(options.timeout !== undefined && { timeoutSeconds: options.timeout }),
  }
}

/** A gate is named by its command; the same command twice is told apart by a number. */
function gatesOf(commands: readonly string[]): NonNullable<RunBody['gates']> {
  const names = new Map<string, number>()
  return commands.map((command) => {
    const name = command.replaceAll(/\s+/g, ' ').trim().slice(0, 90)
    const seen = (names.get(name) ?? 0) + 1
    names.set(name, seen)
    return { name: seen === 1 ? name : `${name} (${seen})`, command }
  })
}

const longestPrompt = 100_000

/** The task: the argument, a file, or standard input with `-`. */
export async function readPrompt(argument: string | undefined, file: string | undefined, stdin: NodeJS.ReadableStream): Promise<string> {
  if (argument !== undefined && file !== undefined) throw new CodeForgeError('invalid-input', 'Give the task as PROMPT or as --prompt-file, not both.')
  const prompt = argument ?? (file === undefined ? '' : await read(file, stdin))
  if (prompt.trim() === '') throw new CodeForgeError('invalid-input', `What is to be done? Give the task: ${commandName()} run "fix the failing test".`)
  if (prompt.length > longestPrompt) throw new CodeForgeError('invalid-input', `The task has ${prompt.length.toLocaleString('en')} characters; at most ${longestPrompt.toLocaleString('en')} are taken. Say what is wanted, and put long texts into files of the repository.`)
  return prompt
}

async function read(file: string, stdin: NodeJS.ReadableStream): Promise<string> {
  if (file === '-') return text(stdin)
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CodeForgeError('invalid-input', `The task cannot be read from ${file}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file.' : (error as Error).message}`, { cause: error })
  }
}

/** Texts from outside that belong to the task, each under its file's name. */
export async function readMaterial(files: readonly string[]): Promise<Material[]> {
  return Promise.all(files.map(async (file) => ({ source: basename(file), text: await readFile(file, 'utf8') })))
}
