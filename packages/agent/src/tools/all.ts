import { applyPatch } from './apply-patch.ts'
import { codeTools } from './code/code-tools.ts'
import { editFile } from './edit-file.ts'
import { globFiles } from './glob-files.ts'
import { listFiles } from './list-files.ts'
import { readFile } from './read-file.ts'
import { searchFiles } from './search-files.ts'
import { shell } from './shell.ts'
import type { Tool } from './tool.ts'
import { writeFile } from './write-file.ts'

const tools: readonly Tool[] = [...codeTools, applyPatch, editFile, globFiles, listFiles, readFile, searchFiles, shell, writeFile]

/** The code of every tool, by the name its declaration has. */
export const builtInTools: ReadonlyMap<string, Tool> = new Map(tools.map((tool) => [tool.name, tool]))
