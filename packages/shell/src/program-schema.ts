import { z } from 'zod'

/** Words of a list, separated by blanks, so that a table of hundreds of options stays readable. */
const Words = z.string().transform((text): readonly string[] => text.split(/\s+/).filter((word) => word !== ''))

const Pattern = z.string().transform((source) => new RegExp(source, 's'))

/** What makes a call destructive: each condition that is given must hold. */
const Destruction = z.strictObject({
  /** An option that must be there. */
  option: Pattern.optional(),
  /** An operand that must be there. */
  operand: Pattern.optional(),
  /** At least so many operands. */
  count: z.int().optional(),
  /** An argument that takes the danger away. */
  unless: Pattern.optional(),
})

const Subcommands = z.record(z.string(), z.unknown())

/** What is known about a program or one of its subcommands; see the README for how to choose. */
const knowledge = {
  /**
   * What its operands are. `text`: only text to it; `read`, `write`, `delete`: files; `pattern-read`: a pattern, then files; `copy`: files of which
   * the last is written; `move`: the same where the others vanish; `code`: arguments of code it runs; `script-read`: a script that is looked into, then files.
   */
  operands: z.enum(['text', 'read', 'write', 'delete', 'pattern-read', 'script-read', 'copy', 'move', 'code']).optional(),
  /** Options that always take the next word as text. */
  text: Words.optional(),
  /** Options whose value is a filter by name of the files it reads. */
  globs: Words.optional(),
  /** Options whose value is a file it reads. */
  reads: Words.optional(),
  /** Options whose value is a file it writes. */
  writes: Words.optional(),
  /** Options whose value becomes the working directory of what it does. */
  folders: Words.optional(),
  /** Its options are whole words after one dash, as in `-outdir`: letters of one are not options of their own. */
  wholeOptions: z.literal(true).optional(),
  /** Its first word, where that has no dash, is letters of options, as in `tar czf`. */
  letters: z.literal(true).optional(),
  /** Its options end at the first operand. */
  optionsFirst: z.literal(true).optional(),
  /** Its first operand is a program of the project: what the table knows about that one's words holds as well. */
  hosts: z.literal(true).optional(),
  /** Its operands are NAME=VALUE; the lists of options name those whose value is a file, and the others are text. */
  assigned: z.literal(true).optional(),
  /** Values of `-c NAME=VALUE` before the subcommand that change nothing that is executed. */
  settings: Pattern.optional(),
  /** Options without a value that may stand before a subcommand. */
  flags: Words.optional(),
  /** Options with a value, as text, that may stand before a subcommand. */
  values: Words.optional(),
  /** An argument that makes its operands files it writes. */
  edits: Pattern.optional(),
  /** Starts of arguments by which it executes something, or reads words from elsewhere, that cannot be told. */
  escapes: Words.optional(),
  /** Options by which it takes the names of its files from elsewhere. */
  namesFrom: Words.optional(),
  /** Arguments that `escapes` would catch and that do no harm. */
  safe: Pattern.optional(),
  /** Starts of arguments by which it takes code as text. */
  code: Words.optional(),
  /** Options whose value is a shell script. */
  scripts: Words.optional(),
  /** It executes its input where no file is named. */
  input: z.boolean().optional(),
  /** It reads files below the working directory, or writes them, though none is named. */
  here: z.enum(['read', 'write']).optional(),
  network: z.boolean().optional(),
  /** An argument that makes it reach the network. */
  online: Pattern.optional(),
  /** An argument that makes what it reads, or where it works, impossible to tell. */
  unclear: Pattern.optional(),
  /** It executes code that the project's files hold. */
  project: z.boolean().optional(),
  privileged: z.boolean().optional(),
  interactive: z.literal(true).optional(),
  /** It can use up the machine: always, or where an argument says so. */
  exhausts: z.union([z.literal(true), Pattern]).optional(),
  destructive: z.union([z.literal(true), z.array(Destruction)]).optional(),
  /** It runs others, or changes what later words mean, in a way that cannot be told: always unknown. */
  opaque: z.literal(true).optional(),
  /** Arguments that, alone, only make it tell something about itself; `--version` and `--help` always do. */
  informs: Words.optional(),
  /** What holds where the arguments before the first operand, or the first one, match. The first that matches; it replaces what it names. */
  modes: z.array(z.record(z.string(), z.unknown())).optional(),
  /** By name; several names of one meaning are separated by blanks. One that is not listed is unknown. */
  subcommands: Subcommands.optional(),
  /** What a word that is no listed subcommand means. Absent: it is unknown. */
  otherwise: z.unknown().optional(),
  /** How it hands the rest of its words to another program. */
  wrapper: z.strictObject({
    flags: Words.default([]),
    values: Words.default([]),
    /** Words of its own before the inner program. */
    operands: z.int().min(0).default(0),
    /** Its own operands are files: the access they need. */
    access: z.enum(['read', 'write']).optional(),
    /** Options whose value is a shell script that it runs. */
    scripts: Words.default([]),
    /** The inner words are put together and read by a shell. */
    joined: z.literal(true).optional(),
    /** Words of the form NAME=value set variables. */
    assigns: z.literal(true).optional(),
    /** The inner program gets words that are not written here. */
    appends: z.literal(true).optional(),
    /** The inner program sees other files: paths in it are not those of the workspace. */
    elsewhere: z.literal(true).optional(),
    /** Without an inner program it opens a shell. */
    shell: z.literal(true).optional(),
  }).optional(),
}

/** Knowledge about a program or subcommand. */
export const Knowledge = z.strictObject(knowledge)
export type Knowledge = z.output<typeof Knowledge>

/** What running something must come out as, such as `reads a, network`; see the README. */
const Example = z.string().min(1)

/** One entry of the program table: what several programs have in common. */
export const ProgramEntry = z.strictObject({
  ...knowledge,
  about: z.string().min(1),
  examples: z.record(z.string(), Example),
})
export type ProgramEntry = z.output<typeof ProgramEntry>
