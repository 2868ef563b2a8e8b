import type { Knowledge } from './program-schema.ts'

/**
 * Knowledge of nothing, with every field in its place. What is asked of knowledge is asked of many programs in turns, and objects of one shape are
 * read in a fraction of the time that it takes where each has a shape of its own.
 */
export const blank: Readonly<Record<keyof Knowledge, undefined>> = {
  operands: undefined, text: undefined, globs: undefined, reads: undefined, writes: undefined, folders: undefined, wholeOptions: undefined,
  optionsFirst: undefined, letters: undefined, hosts: undefined, assigned: undefined, settings: undefined, flags: undefined, values: undefined, edits: undefined,
  escapes: undefined, namesFrom: undefined, safe: undefined, code: undefined, scripts: undefined, input: undefined, here: undefined,
  network: undefined, online: undefined, unclear: undefined, project: undefined, privileged: undefined, interactive: undefined, exhausts: undefined,
  destructive: undefined, opaque: undefined, informs: undefined, modes: undefined, subcommands: undefined, otherwise: undefined, wrapper: undefined,
}

/** The same knowledge with every field in its place. */
export function complete(knowledge: Knowledge): Knowledge {
  return { ...blank, ...knowledge }
}

/** What belongs to the place where it is written, and not to the parts of that place. */
const ofPlace: Knowledge = {
  subcommands: undefined, otherwise: undefined, wrapper: undefined, modes: undefined, flags: undefined, values: undefined, settings: undefined, informs: undefined, hosts: undefined,
}

const grows = ['escapes', 'writes', 'reads', 'text', 'code', 'scripts', 'globs'] as const

/** A part on top of what holds around it: lists grow, everything else is replaced; what belongs to the outer place stays there. */
export function refine(outer: Knowledge, part: Knowledge): Knowledge {
  const grown: Partial<Record<(typeof grows)[number], readonly string[]>> = {}
  for (const list of grows) if (outer[list] !== undefined && part[list] !== undefined) grown[list] = [...outer[list], ...part[list]]
  const said = Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined))
  return { ...complete(outer), ...ofPlace, ...said, ...grown }
}
