import { z } from 'zod'

/** One word of a command after quoting and the expansions that could be resolved. */
export const ShellWord = z.strictObject({
  /** As it was written. */
  source: z.string(),
  /** What the program receives; null where that cannot be known without running it. */
  value: z.string().nullable(),
  /** The known beginning of a word whose value is not known. */
  prefix: z.string(),
  /** The known end of a word whose value is not known. */
  suffix: z.string(),
  /** The value has unquoted wildcards and stands for every name that matches. */
  glob: z.boolean(),
})
export type ShellWord = z.output<typeof ShellWord>

/** A path that a command names. */
export const ShellPath = z.strictObject({
  /** Relative to the workspace, `..` and `.` resolved by text only; absolute and `~` paths as they are; null where it is not known. */
  path: z.string().nullable(),
  source: z.string(),
  glob: z.boolean(),
  access: z.enum(['read', 'write']),
})
export type ShellPath = z.output<typeof ShellPath>

/**
 * What running a command may do besides its paths. `project-code`: it executes what files of the project say, or is a program of which nothing
 * is known. `runs-text`: it executes code given in its words or on its input. `interactive`: it waits for a person at a terminal.
 * `splits-names`: it takes file names from a list or a wildcard, in which one crafted name can pass for several or for an option, so that
 * its paths are known only as long as nobody made such a name.
 */
export const CommandEffect = z.enum(['network', 'privileged', 'destructive', 'runs-text', 'project-code', 'exhausts', 'interactive', 'splits-names'])
export type CommandEffect = z.output<typeof CommandEffect>

/** A command without syntax of its own: one program with its arguments, reached through its wrappers. */
export const SimpleCommand = z.strictObject({
  source: z.string(),
  /** Basename; null where the program is not known. */
  program: z.string().nullable(),
  /** Whether the program table has the program. What is not in it may do anything. */
  listed: z.boolean(),
  /** The program as it was written, with its folder. */
  spelled: z.string(),
  args: z.array(ShellWord),
  /** Programs it runs through, outermost first: `sudo`, `timeout`, `xargs`, `bash`. */
  wrappers: z.array(z.string()),
  assignments: z.array(z.strictObject({ name: z.string(), value: ShellWord.nullable() })),
  /** Working directory relative to the workspace, or absolute; null where it is not known. */
  directory: z.string().nullable(),
  paths: z.array(ShellPath),
  /** The arguments are only text to this program: unknown ones do no harm. */
  inert: z.boolean(),
  effects: z.array(CommandEffect),
})
export type SimpleCommand = z.output<typeof SimpleCommand>

/** Everything a shell command could execute, as far as its text says. */
export const ShellAnalysis = z.strictObject({
  commands: z.array(SimpleCommand),
  /** Targets of redirections. */
  redirects: z.array(ShellPath),
  /** Why the analysis does not cover everything that could execute. Empty: it does. */
  unknown: z.array(z.string()),
})
export type ShellAnalysis = z.output<typeof ShellAnalysis>
